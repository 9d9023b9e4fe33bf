//! Debugging: the process is started by a person and tells how Terraform finds it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Options;
use super::handshake::PROTOCOL_VERSION;
use super::listener::Address;
use super::platform;

/// Variable that Terraform reads.
const VARIABLE: &str = "TF_REATTACH_PROVIDERS";

/// The value of the variable: every address of the provider leads to this process. `Test` keeps Terraform from ending it.
fn value(addresses: &[&str], address: &Address, process: u32) -> String {
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": process,
        "Test": true,
        "Addr": { "Network": address.network, "String": address.text },
    });
    let entries: Map<String, Value> =
        addresses.iter().map(|name| ((*name).to_owned(), entry.clone())).collect();
    Value::Object(entries).to_string()
}

/// Tells the person what to do: the assignment alone on stdout, the rest on stderr.
pub(super) fn announce(options: &Options, address: &Address) -> io::Result<()> {
    let value = value(options.addresses, address, std::process::id());
    writeln!(
        io::stderr(),
        "{} waits for Terraform. Set this variable in the shell that runs it; Ctrl-C ends the provider.\n",
        options.program
    )?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", platform::set_variable(VARIABLE, &value))?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_to_this_process() {
        let address = Address { network: "unix", text: "/tmp/p/socket".to_owned() };
        let value: Value =
            serde_json::from_str(&value(&["example.com/a/b", "example.com/a/c"], &address, 7))
                .unwrap();
        assert_eq!(value["example.com/a/b"], value["example.com/a/c"]);
        assert_eq!(
            value["example.com/a/b"],
            json!({
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": 7,
                "Test": true,
                "Addr": { "Network": "unix", "String": "/tmp/p/socket" },
            })
        );
    }
}
