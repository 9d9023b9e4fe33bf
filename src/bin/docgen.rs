//! Writes the generated pages of `docs/`. With `--check` it writes nothing and fails when a page is stale.

use std::path::Path;
use std::process::ExitCode;

use windows365::docgen;
use windows365::provider::Provider;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => return failed(&["Usage: docgen [--check]".to_owned()]),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = match docgen::pages(&Provider::of_process(), root) {
        Ok(pages) => pages,
        Err(missing) => return failed(&missing),
    };
    if check {
        let mut faults = docgen::stale(&pages, root);
        if faults.is_empty() {
            return ExitCode::SUCCESS;
        }
        faults.push("Run `cargo run --bin docgen`.".to_owned());
        return failed(&faults);
    }
    match docgen::write(&pages, root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&[format!("Cannot write the pages: {error}.")]),
    }
}

fn failed(sentences: &[String]) -> ExitCode {
    for sentence in sentences {
        eprintln!("{sentence}");
    }
    ExitCode::FAILURE
}
