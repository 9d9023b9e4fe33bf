//! The wire of a [`Runtime`], as the `oauth2` crate wants it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

use super::PATIENCE;
use crate::graph::exchange::guid;
use crate::graph::{Head, Runtime, TransportError, json};

/// The [`Runtime`]'s wire as the `oauth2` crate wants it. Remembers the head of the last answer, which the crate drops.
pub(in crate::graph::auth) struct Wire {
    runtime: Runtime,
    user_agent: String,
    id: String,
    head: Mutex<Option<(Head, Vec<u8>)>>,
}

/// What came of one exchange.
pub(in crate::graph::auth) type Sent = Result<HttpResponse, TransportError>;

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Sent> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Wire {
    pub(in crate::graph::auth) fn new(runtime: &Runtime, user_agent: &str) -> Wire {
        Wire {
            runtime: runtime.clone(),
            user_agent: user_agent.to_owned(),
            id: guid(&*runtime.random),
            head: Mutex::default(),
        }
    }

    /// Head and body of the last answer, if one came.
    pub(in crate::graph::auth) fn take(&self) -> Option<(Head, Vec<u8>)> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(in crate::graph::auth) async fn send(&self, request: HttpRequest) -> Sent {
        let mut request = request.map(Bytes::from);
        let headers = request.headers_mut();
        for (name, value) in [
            (USER_AGENT.as_str(), self.user_agent.as_str()),
            ("client-request-id", &self.id),
            ("return-client-request-id", "true"),
        ] {
            if let (Ok(name), Ok(value)) =
                (http::HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                headers.insert(name, value);
            }
        }
        let response = tokio::select! {
            response = self.runtime.transport.send(request) => response?,
            () = self.runtime.clock.sleep(PATIENCE) => {
                return Err(TransportError { timeout: true, ..TransportError::cut("no answer came in time") });
            }
        };
        let (mut head, body) = response.into_parts();
        let body = json::without_bom(&body).to_vec();
        let kept = Head { status: head.status, headers: head.headers.clone() };
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some((kept, body.clone()));
        // The crate refuses JSON of any other name.
        if json::parse(&body).is_ok() {
            head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(HttpResponse::from_parts(head, body))
    }
}
