//! Over a real socket: what only a connection can show.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::harness::{POLICIES, policy};
use crate::mock::{Claims, Effect, Fault, Mock, Options};

/// Sends one request on a connection of its own and gives back all bytes until its end.
async fn exchange(mock: &Mock, head: &str, body: &str) -> String {
    let address = mock.origin().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.expect("the mock listens");
    let length = body.len();
    let text = format!(
        "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nUser-Agent: test\r\nContent-Length: {length}\r\n"
    );
    let request = format!("{text}{}{body}", extra(mock));
    stream.write_all(request.as_bytes()).await.expect("the request is taken");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(30), read).await.expect("the connection ends");
    String::from_utf8_lossy(&answer).into_owned()
}

fn extra(mock: &Mock) -> String {
    let token =
        mock.token(Claims { roles: vec!["CloudPC.ReadWrite.All".into()], ..Claims::default() });
    format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\r\n")
}

#[tokio::test]
async fn the_mock_answers_on_a_loopback_port() {
    let mock = Mock::start(Options::default()).await.expect("a port");
    assert!(mock.origin().starts_with("http://127.0.0.1:"));
    let created =
        exchange(&mock, &format!("POST {POLICIES}"), &policy("Finance desktops").to_string()).await;
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    let listed = exchange(&mock, &format!("GET {POLICIES}"), "").await;
    assert!(listed.contains("Finance desktops"), "{listed}");
    assert_eq!(mock.requests().iter().map(|r| r.status).collect::<Vec<_>>(), [201, 200]);
}

#[tokio::test]
async fn a_connection_is_cut_after_the_write_without_an_answer() {
    let mock = Mock::start(Options::default()).await.expect("a port");
    let path = &POLICIES["/beta".len()..];
    mock.fault(Fault::once("POST", path, Effect::ActThenReset));
    let answer =
        exchange(&mock, &format!("POST {POLICIES}"), &policy("Finance desktops").to_string()).await;
    assert_eq!(answer, "");
    assert_eq!(mock.objects(path).len(), 1);
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_its_head_says() {
    let mock = Mock::start(Options::default()).await.expect("a port");
    mock.fault(Fault::once("GET", "*", Effect::ActThenTruncate(10)));
    let answer = exchange(&mock, &format!("GET {POLICIES}"), "").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let length: usize = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .expect("a length");
    assert_eq!(body.len(), 10);
    assert!(length > 10);
}

#[tokio::test]
async fn people_reach_the_admin_interface_without_a_token() {
    let mock = Mock::start(Options::default()).await.expect("a port");
    let body = json!({ "pageSize": 2 }).to_string();
    let answer = exchange(&mock, "PATCH /_mock/switches", &body).await;
    assert!(answer.contains("\"pageSize\":2"), "{answer}");
    let answer = exchange(&mock, "PATCH /_mock/switches", r#"{"pagesize":2}"#).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(mock.requests(), []);
}
