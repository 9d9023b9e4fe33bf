//! A browser that signs in: it opens an address, and sends the form of the page that comes to where it belongs.

use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends one request to a loopback address and returns the whole answer.
fn send(method: &str, address: &str, body: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Every text between two others.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> Vec<&'t str> {
    text.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Brings a form to an address; what the page said.
pub(crate) fn post(address: &str, form: &str) -> String {
    send("POST", address, form)
}

/// Opens an address; what the last page said.
pub(crate) fn open(address: &str) -> String {
    let page = send("GET", address, "");
    let [action] = between(&page, "action=\"", "\"")[..] else { return page };
    let fields: Vec<String> = between(&page, "<input ", "/>")
        .into_iter()
        .map(|input| {
            let of = |name: &str| between(input, &format!("{name}=\""), "\"")[0].to_owned();
            format!("{}={}", of("name"), of("value").replace(' ', "+"))
        })
        .collect();
    send("POST", action, &fields.join("&"))
}
