//! What went over the wire, as text: the same seed and the same program give the same bytes.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use http::Request;

/// The log of a run: its hash always, its lines where they are wanted.
pub(super) struct Log {
    hash: Context,
    lines: Option<Vec<String>>,
}

impl Log {
    pub(super) fn new(keep: bool) -> Log {
        Log { hash: Context::new(&SHA256), lines: keep.then(Vec::new) }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        if let Some(lines) = &mut self.lines {
            lines.push(line.to_owned());
        }
    }

    pub(super) fn exchange(
        &mut self,
        now: Duration,
        command: usize,
        number: u32,
        request: &Request<Bytes>,
        came: &str,
    ) {
        let target = request.uri().path_and_query().map_or("", |it| it.as_str());
        let id = request
            .headers()
            .get("client-request-id")
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default();
        // The token request holds a secret, and random text.
        let body = match target.ends_with("/oauth2/v2.0/token") {
            true => std::borrow::Cow::Borrowed("(a form)"),
            false => String::from_utf8_lossy(request.body()),
        };
        self.line(&format!(
            "{:>10.3} {command}.{number} {} {target} {id} {body} -> {came}",
            now.as_secs_f64(),
            request.method()
        ));
    }

    /// SHA-256 over all lines, in hexadecimal, and the lines.
    pub(super) fn finish(self) -> (String, Vec<String>) {
        let digest = self.hash.finish();
        let hash = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        (hash, self.lines.unwrap_or_default())
    }
}
