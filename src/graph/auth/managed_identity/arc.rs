//! Azure Arc proves that the caller may read a file: the agent answers the first request with the path of a key, whose content goes into
//! the second one. Whoever pretends to be the agent could thus have any file sent, so the path is checked before anything is read.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};

use super::Failure;

/// Largest key, in bytes.
const LARGEST: u64 = 4096;

/// The same request once more.
pub(super) fn copy(request: &http::Request<Bytes>) -> http::Request<Bytes> {
    let mut copy = http::Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// The request with the key that the challenge asks for.
pub(super) fn answer(
    mut request: http::Request<Bytes>,
    challenge: &http::Response<Bytes>,
    keys: &Path,
) -> Result<http::Request<Bytes>, Failure> {
    let refuse = |why: &str| Failure::new(format!("Azure Arc's agent cannot be trusted: {why}"));
    if challenge.status() != http::StatusCode::UNAUTHORIZED {
        let status = challenge.status().as_u16();
        return Err(refuse(&format!("it answered {status} instead of asking for proof (401)")));
    }
    let header = challenge.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
    let path = header
        .and_then(|text| text.trim().strip_prefix("Basic realm="))
        .map(|path| PathBuf::from(path.trim().trim_matches('"')))
        .ok_or_else(|| refuse("it asked for proof without naming a key"))?;
    let key = read(&path, keys).map_err(|why| refuse(&why))?;
    let mut value = HeaderValue::try_from(format!("Basic {key}"))
        .map_err(|_| refuse("the key holds characters that cannot be sent"))?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}

/// Reads a key, if it is one: a plain file directly in the folder, with the right ending, small.
fn read(path: &Path, keys: &Path) -> Result<String, String> {
    if path.parent() != Some(keys) || path.file_name().is_none() {
        return Err(format!("the key it names does not lie directly in {}", keys.display()));
    }
    if path.extension().is_none_or(|ending| ending != "key") {
        return Err("the key it names does not end in .key".to_owned());
    }
    let unreadable = |error: std::io::Error| {
        format!(
            "the key in {} cannot be read: {error}. The user of this process must be in the agent's group (`himds`) or an administrator",
            keys.display()
        )
    };
    let facts = std::fs::symlink_metadata(path).map_err(unreadable)?;
    if !facts.file_type().is_file() {
        return Err("the key it names is no plain file".to_owned());
    }
    if facts.len() > LARGEST {
        return Err(format!("the key it names is larger than {LARGEST} bytes"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the key it names is larger than {LARGEST} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_| "the key it names is no text".to_owned())?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
