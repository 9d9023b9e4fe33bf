//! Why a request to Graph failed: opaque outside, with predicates; rich inside.

/// A failed request, after whatever retries were allowed.
#[derive(Clone, Debug)]
pub struct Error {}

impl Error {
    /// The object is not there: 404 with a code that says so, never a wrong path (behaviour of Graph: a 404 about a segment or version
    /// is the client's fault).
    pub fn is_not_found(&self) -> bool {
        false
    }

    /// Whether the service may have acted although no success was seen. Only for requests with [`Effect::Once`](super::Effect::Once)
    /// or when the wait was cut short.
    pub fn is_ambiguous(&self) -> bool {
        false
    }

    /// 403, or a 401 that is an authorization failure in fact.
    pub fn is_forbidden(&self) -> bool {
        false
    }

    /// 409, or a 400 whose text says that the object is in use, assigned or that the name is taken.
    pub fn is_conflict(&self) -> bool {
        false
    }

    /// The operation was asked to stop.
    pub fn is_stopped(&self) -> bool {
        false
    }

    /// The operation's deadline passed, or the next wait would pass it.
    pub fn is_deadline(&self) -> bool {
        false
    }

    /// No token could be had; the text says why.
    pub fn is_sign_in(&self) -> bool {
        false
    }

    /// HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        None
    }

    /// The innermost machine-readable code of the last answer.
    pub fn code(&self) -> Option<&str> {
        None
    }

    /// The service's own text made readable: nested JSON unwrapped, internal addresses removed, at most 4 KiB.
    pub fn message(&self) -> &str {
        ""
    }

    /// Lines for the support case: status and code, request id, client request id, date, attempts and waits.
    pub fn facts(&self) -> Vec<String> {
        Vec::new()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}
