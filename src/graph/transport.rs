//! The real wire: reqwest with our own limits.
//!
//! reqwest has no limit on time or size by itself, and a service (or whatever pretends to be one) may answer with a byte a minute, with a
//! gigabyte, or with a megabyte that unpacks to ten gigabytes. Everything is bounded here, decompression included, which is why it is
//! done here and not by reqwest. Redirects are not followed, cookies and referrers do not exist, plain http is for loopback only, and
//! loopback never goes through a proxy.

mod trust;

use std::io::Read as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::time::{Instant, timeout};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::origin::{is_link_local_host, is_loopback_host};
use super::room::Size;
use super::{Head, Secret, Transport, TransportError, tls};

/// Bounds of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// From the beginning until the headers of the answer are there.
    pub first_byte: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// For everything.
    pub total: Duration,
    /// A body must not be slower than a KiB a second over such a time.
    pub slow: Duration,
    /// Bytes of a body on the wire.
    pub wire_bytes: usize,
    /// Bytes of a body after decompression.
    pub body_bytes: usize,
    /// Bytes of all headers together.
    pub header_bytes: usize,
    /// Number of headers.
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(120),
            slow: Duration::from_secs(30),
            wire_bytes: 32 << 20,
            body_bytes: 64 << 20,
            header_bytes: 64 << 10,
            headers: 100,
        }
    }
}

/// What the network around demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpOptions {
    /// Certificate authorities to trust besides those of the operating system: PEM.
    pub authorities: Option<Vec<u8>>,
    /// Proxy for everything that leaves the machine; secret, because it may hold a password. Without it the usual variables count.
    pub proxy: Option<Secret>,
    /// Hosts that are reached without that proxy, separated by commas; without it `NO_PROXY` counts.
    pub no_proxy: Option<String>,
}

impl HttpOptions {
    /// Whether they can be used.
    ///
    /// # Errors
    /// The option at fault (`ca_file` or `proxy_url`) and half a sentence, without any password.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        self.certificates().map(drop).map_err(|why| ("ca_file", why))?;
        self.proxy().map(drop).map_err(|why| ("proxy_url", why))
    }

    fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let Some(pem) = &self.authorities else { return Ok(Vec::new()) };
        let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let readable = |der: &CertificateDer<'_>| X509Certificate::from_der(der).is_ok();
        match certificates {
            Ok(certificates) if !certificates.is_empty() && certificates.iter().all(readable) => {
                Ok(certificates)
            }
            _ => Err("it is no PEM file of certificates".to_owned()),
        }
    }

    fn proxy(&self) -> Result<Option<reqwest::Proxy>, String> {
        let Some(address) = &self.proxy else { return Ok(None) };
        let known =
            ["http://", "https://"].iter().any(|scheme| address.reveal().starts_with(scheme));
        if !known {
            return Err("it must begin with http:// or https://".to_owned());
        }
        // The error would hold the address.
        let proxy = reqwest::Proxy::all(address.reveal())
            .map_err(|_| "it is no address of a proxy".to_owned())?;
        let exceptions = match &self.no_proxy {
            Some(hosts) => reqwest::NoProxy::from_string(hosts),
            None => reqwest::NoProxy::from_env(),
        };
        Ok(Some(proxy.no_proxy(exceptions)))
    }

    /// Host and port of the proxy that a host is reached by, as far as the options tell; never its user or password.
    fn proxy_of(&self, host: &str) -> Option<String> {
        let address = reqwest::Url::parse(self.proxy.as_ref()?.reveal()).ok()?;
        let exempt = |entry: &str| {
            let entry = entry.trim().trim_start_matches('.');
            let below = host.strip_suffix(entry).is_some_and(|rest| rest.ends_with('.'));
            entry == "*" || (!entry.is_empty() && (host == entry || below))
        };
        if self.no_proxy.as_deref().unwrap_or_default().split(',').any(exempt) {
            return None;
        }
        Some(format!("{}:{}", address.host_str()?, address.port_or_known_default()?))
    }
}

/// How much a body may grow by decompression…
const RATIO: usize = 100;
/// …once it is larger than this.
const RATIO_FROM: usize = 1 << 20;
/// Connections are not kept longer than this: the front doors behind a name move.
const POOL_AGE: Duration = Duration::from_secs(300);
/// Unused connections are closed after this.
const POOL_IDLE: Duration = Duration::from_secs(60);

/// HTTP/1.1 and HTTP/2 over TCP and TLS.
#[derive(Default)]
pub struct HttpTransport {
    limits: Limits,
    options: HttpOptions,
    pool: Mutex<Option<Pool>>,
    refused: trust::Refused,
}

#[derive(Clone)]
struct Pool {
    outside: reqwest::Client,
    loopback: reqwest::Client,
    made: Instant,
}

impl HttpTransport {
    /// The wire with limits of one's own, through a network with demands of its own.
    pub fn new(limits: Limits, options: HttpOptions) -> Self {
        HttpTransport { limits, options, ..HttpTransport::default() }
    }

    /// The wire with other limits than the usual ones.
    pub fn with_limits(limits: Limits) -> Self {
        HttpTransport { limits, ..HttpTransport::default() }
    }

    /// The wire through a network with demands of its own.
    pub fn with_options(options: HttpOptions) -> Self {
        HttpTransport { options, ..HttpTransport::default() }
    }

    /// The connections in use. Made at the first request, because reading the system's certificates takes time, and made anew when old.
    fn client(&self, loopback: bool) -> Result<reqwest::Client, TransportError> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = match &mut *pool {
            Some(pool) if pool.made.elapsed() < POOL_AGE => pool,
            slot => slot.insert(self.new_pool()?),
        };
        Ok(if loopback { pool.loopback.clone() } else { pool.outside.clone() })
    }

    fn new_pool(&self) -> Result<Pool, TransportError> {
        tls::install();
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(self.limits.connect)
                .pool_idle_timeout(POOL_IDLE)
                .redirect(Policy::none())
                .referer(false)
                .http1_max_headers(self.limits.headers)
                .http2_max_header_list_size(
                    u32::try_from(self.limits.header_bytes).unwrap_or(u32::MAX),
                )
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| TransportError {
                certificate: true,
                ..TransportError::unsent(format!(
                    "the HTTP client cannot be set up: {}",
                    cause(&error)
                ))
            })
        };
        let unusable = |why: String| TransportError {
            certificate: true,
            ..TransportError::unsent(format!("the HTTP client cannot be set up: {why}"))
        };
        let authorities = self.options.certificates().map_err(unusable)?;
        let trust = trust::config(authorities, self.refused.clone());
        // Then hardly any of the system's certificates were read. That passes, and must not be remembered.
        if let Some(why) = no_file_opens() {
            return Err(TransportError::unsent(format!("no file can be opened: {why}")));
        }
        let trust = trust.map_err(|error| unusable(error.to_string()))?;
        let builder = || builder().tls_backend_preconfigured(trust.clone());
        let mut outside = builder();
        if let Some(proxy) = self.options.proxy().map_err(unusable)? {
            outside = outside.proxy(proxy);
        }
        Ok(Pool {
            outside: build(outside)?,
            loopback: build(builder().no_proxy())?,
            made: Instant::now(),
        })
    }

    /// A 503 comes from one of many front doors; the next request should meet another one.
    fn forget_connections(&self) {
        *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn body(
        &self,
        response: &mut reqwest::Response,
        end: Instant,
        size: &mut Option<Size>,
    ) -> Result<Vec<u8>, TransportError> {
        let limits = &self.limits;
        let mut body = Vec::new();
        let mut window = (Instant::now(), 0_usize);
        loop {
            let left = end.saturating_duration_since(Instant::now()).min(limits.idle);
            let chunk = match timeout(left, response.chunk()).await {
                Ok(chunk) => chunk.map_err(|error| failure(error, "the answer broke off"))?,
                Err(_) => return Err(late("the answer stopped midway")),
            };
            let Some(chunk) = chunk else { return Ok(body) };
            body.extend_from_slice(&chunk);
            if body.len() > limits.wire_bytes {
                return Err(oversize(format!(
                    "the answer is larger than {} bytes",
                    limits.wire_bytes
                )));
            }
            check_size(size, body.len())?;
            window.1 += chunk.len();
            let elapsed = window.0.elapsed();
            if elapsed >= limits.slow {
                if window.1
                    < usize::try_from(elapsed.as_secs()).unwrap_or(usize::MAX).saturating_mul(1024)
                {
                    return Err(late("the answer comes too slowly"));
                }
                window = (Instant::now(), 0);
            }
        }
    }

    fn check_headers(&self, headers: &HeaderMap) -> Result<(), TransportError> {
        let bytes: usize =
            headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if headers.len() > self.limits.headers || bytes > self.limits.header_bytes {
            return Err(oversize("the answer has too many or too large headers".to_owned()));
        }
        Ok(())
    }

    /// The body as it was before it was encoded.
    fn decode(
        &self,
        headers: &HeaderMap,
        wire: Vec<u8>,
        size: &mut Option<Size>,
    ) -> Result<Vec<u8>, TransportError> {
        let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
        let encoding = match (encodings.next(), encodings.next()) {
            (None, _) => return Ok(wire),
            (Some(one), None) => one.to_str().unwrap_or("?").trim().to_ascii_lowercase(),
            _ => "more than one".to_owned(),
        };
        match encoding.as_str() {
            "" | "identity" => Ok(wire),
            "gzip" | "x-gzip" => self.unpack(&wire, size),
            _ => Err(oversize("the answer has an encoding that was not asked for".to_owned())),
        }
    }

    fn unpack(&self, wire: &[u8], size: &mut Option<Size>) -> Result<Vec<u8>, TransportError> {
        let mut decoder = flate2::read::MultiGzDecoder::new(wire);
        let mut body = Vec::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            let read = decoder
                .read(&mut piece)
                .map_err(|_| TransportError::cut("the answer cannot be decompressed"))?;
            if read == 0 {
                return Ok(body);
            }
            body.extend_from_slice(piece.get(..read).unwrap_or_default());
            if body.len() > self.limits.body_bytes {
                return Err(oversize(format!(
                    "the answer is larger than {} bytes",
                    self.limits.body_bytes
                )));
            }
            check_size(size, body.len())?;
            if body.len() > RATIO_FROM && body.len() / RATIO > wire.len() {
                return Err(oversize(format!(
                    "the answer grows more than {RATIO} times when it is decompressed"
                )));
            }
        }
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let end = Instant::now() + self.limits.total;
        let host = request.uri().host().unwrap_or_default().to_owned();
        // Azure's machines get their tokens from a link-local address; neither it nor loopback lies beyond any proxy.
        let loopback = is_loopback_host(&host) || is_link_local_host(&host);
        if request.uri().scheme() != Some(&http::uri::Scheme::HTTPS) && !loopback {
            return Err(oversize(
                "plain http is for loopback and link-local addresses only".to_owned(),
            ));
        }
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let mut size = request.extensions_mut().remove::<Size>();
        let client = self.client(loopback)?;
        let request = reqwest::Request::try_from(request).map_err(|error| {
            TransportError::unsent(format!("the request cannot be made: {}", cause(&error)))
        })?;
        let proxy = if loopback { None } else { self.options.proxy_of(&host) };
        let named = |mut error: TransportError| {
            let way = match &proxy {
                Some(proxy) => format!(" (by way of the proxy {proxy})"),
                // reqwest reads the variables by itself.
                None if error.message.contains("tunnel error") => {
                    " (by way of the proxy that the environment names)".to_owned()
                }
                None => String::new(),
            };
            error.message = format!("{host}{way}: {}", error.message);
            if proxy.is_some() && !error.maybe_sent && !error.certificate {
                error.message.push_str(". Requests go through the proxy of `proxy_url`");
            }
            if error.certificate
                && let Some(issuer) = self.refused.by(&host)
            {
                error.message.push_str(&format!(
                    ". The certificate that came is signed by \"{issuer}\", whom this machine does not trust. If a proxy looks into \
                     connections, set `ca_file` to the certificate of its authority"
                ));
            }
            error
        };
        let mut response = match timeout(self.limits.first_byte, client.execute(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(named(failure(error, "the request failed"))),
            Err(_) => return Err(named(late("no answer came in time"))),
        };
        let head = Head { status: response.status(), headers: response.headers().clone() };
        if head.status == http::StatusCode::SERVICE_UNAVAILABLE {
            self.forget_connections();
        }
        let body = match self.check_headers(&head.headers) {
            Ok(()) => self.body(&mut response, end, &mut size).await,
            Err(error) => Err(error),
        };
        match body.and_then(|wire| self.decode(&head.headers, wire, &mut size)) {
            Ok(body) => {
                let mut response = http::Response::new(Bytes::from(body));
                *response.status_mut() = head.status;
                *response.headers_mut() = head.headers;
                size.map(|size| response.extensions_mut().insert(size));
                response.headers_mut().remove(CONTENT_ENCODING);
                response.headers_mut().remove(CONTENT_LENGTH);
                Ok(response)
            }
            Err(error) => Err(named(TransportError { head: Some(Box::new(head)), ..error })),
        }
    }
}

/// Why no file can be opened, if none can: there are no descriptors left.
fn no_file_opens() -> Option<std::io::Error> {
    std::fs::File::open(if cfg!(windows) { "NUL" } else { "/dev/null" }).err()
}

/// Whether an answer may take so much memory now.
fn check_size(size: &mut Option<Size>, bytes: usize) -> Result<(), TransportError> {
    if size.as_mut().is_none_or(|size| size.allows(bytes)) {
        return Ok(());
    }
    let why = "another large answer is being read";
    Err(TransportError { crowded: true, ..TransportError::cut(why) })
}

fn oversize(message: String) -> TransportError {
    TransportError { oversize: true, ..TransportError::cut(message) }
}

fn late(message: &str) -> TransportError {
    TransportError { timeout: true, ..TransportError::cut(message) }
}

/// Sorts an error of reqwest. It repeats by itself only what HTTP/2 says was not looked at, so anything else that comes after the
/// connection was made may have reached the service.
fn failure(error: reqwest::Error, what: &str) -> TransportError {
    TransportError {
        maybe_sent: !(error.is_connect() || error.is_builder()),
        certificate: is_tls(&error),
        timeout: error.is_timeout(),
        message: format!("{what}: {}", cause(&error)),
        ..TransportError::default()
    }
}

/// Whether rustls is at the bottom of it. I/O errors hide what they wrap from `source`, so both ways down are tried.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|inner| is_tls(inner)) || error.source().is_some_and(is_tls)
}

/// The innermost reason of an error, which is the one that helps; the outer ones hold the address.
fn cause(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    if std::ptr::addr_eq(last, std::ptr::from_ref(error)) {
        "unknown reason".to_owned()
    } else {
        last.to_string()
    }
}

#[cfg(test)]
mod tests;
