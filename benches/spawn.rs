//! How long a process takes from its start to the handshake and to its schemas, and how much memory it then has taken.
//!
//! Terraform starts several processes for each command, so this is what users wait for most. Run with `cargo bench --bench spawn`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reports, and ends at the first surprise"
)]

#[cfg(unix)]
mod support {
    //! What the module below takes from the integration tests.
    pub(crate) mod programs {
        pub(crate) fn windows365() -> std::path::PathBuf {
            env!("CARGO_BIN_EXE_terraform-provider-windows365").into()
        }
    }
}

#[cfg(unix)]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/host/process.rs"]
mod process;

#[cfg(unix)]
#[tokio::main]
async fn main() {
    use process::{Identity, Plugin};
    use std::time::{Duration, Instant};
    use windows365::plugin::proto::get_provider_schema;
    use windows365::plugin::proto::provider_client::ProviderClient;

    const RUNS: usize = 21;
    /// Middle, least and greatest, in milliseconds.
    fn shown(mut times: Vec<Duration>) -> String {
        times.sort();
        let millis = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        format!("{:7.1} ms  ({:.1} to {:.1})", millis(RUNS / 2), millis(0), millis(RUNS - 1))
    }

    let identity = Identity::of_host();
    let (mut handshakes, mut schemas) = (Vec::new(), Vec::new());
    let (mut size, mut peak) = (0, 0);
    for _ in 0..RUNS {
        let start = Instant::now();
        let plugin = Plugin::start(Some(&identity), &[]).await;
        handshakes.push(start.elapsed());
        let channel = plugin.connect(Some(&identity)).await.unwrap();
        let mut client = ProviderClient::new(channel).max_decoding_message_size(256 << 20);
        let request = get_provider_schema::Request::default();
        let answer = client.get_provider_schema(request).await.unwrap().into_inner();
        schemas.push(start.elapsed());
        size = prost::Message::encoded_len(&answer);
        peak = peak.max(peak_kib(plugin.child.id().unwrap()));
    }
    let binary = std::fs::metadata(support::programs::windows365()).unwrap().len();
    println!("{RUNS} processes, with mutual TLS as Terraform asks for it");
    println!("spawn -> handshake   {}", shown(handshakes));
    println!("spawn -> schemas     {}", shown(schemas));
    println!("schema answer        {:7.1} KiB", size as f64 / 1024.0);
    println!("peak memory          {:7.1} MiB", peak as f64 / 1024.0);
    println!("binary               {:7.1} MiB", binary as f64 / 1024.0 / 1024.0);
}

/// Greatest resident size of a process so far, in KiB; 0 where the system does not tell.
#[cfg(unix)]
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(not(unix))]
fn main() {
    println!("this measurement needs unix sockets");
}
