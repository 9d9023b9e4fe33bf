#![no_main]

#[path = "../support.rs"]
#[allow(dead_code, unused_imports)]
mod support;
#[path = "../targets.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::round_trip(data));
