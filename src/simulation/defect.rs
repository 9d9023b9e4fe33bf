//! Providers with one thing wrong, to see that the rules notice: a rule that nothing can break proves nothing.
//!
//! The provider itself has no such mode. It is wrapped: what it sends, and what it answers, is changed on the way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri};

use super::time::Time;
use super::wire::Wire;
use crate::framework::provider::{
    ConfigureRequest, CreateRequest, DeleteRequest, ImportRequest, Outcome, Plan, ReadRequest,
    UpdateRequest,
};
use crate::framework::{Context, Provider, Resource};
use crate::graph::{Clock as _, Transport, TransportError};
use crate::tf::{Diagnostic, Diagnostics, Identity, Schema, Value};

/// One thing that is wrong with a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// A create reports an error and forgets what it made.
    Forgets,
    /// A create whose answer was lost is sent again at once.
    PostsAgain,
    /// An object counts as gone after a single 404.
    BelievesOne404,
    /// A state tells a moment that the service never told.
    Invents,
    /// An update that failed leaves in the state what was planned.
    Hopes,
    /// Assignments are never sent.
    NeverAssigns,
    /// A change goes to an object of somebody else too.
    ChangesOthers,
    /// Assignments are taken away before they are written anew.
    UnassignsFirst,
    /// What always exists is changed when it is destroyed.
    ChangesOnDestroy,
    /// A request goes to another host too, with its token.
    SendsTokenAbroad,
    /// A warning holds the secret that the provider signs in with.
    TellsSecret,
    /// A read ends hours after its deadline.
    IsLate,
    /// Every read is asked for again and again.
    AsksAgain,
    /// An update panics.
    Panics,
    /// An update waits for nothing.
    Hangs,
    /// A wait that the service asks for is not heard.
    IgnoresWaits,
    /// Whatever an outage refuses is sent over and over.
    Hammers,
}

/// A wire and a provider with a defect.
#[derive(Clone)]
pub(super) struct Broken {
    defect: Defect,
    wire: Wire,
    time: Time,
    secret: String,
    /// Whether a read was answered with 404.
    missed: Arc<AtomicBool>,
}

impl Broken {
    pub(super) fn new(defect: Defect, wire: Wire, time: Time, secret: &str) -> Broken {
        Broken { defect, wire, time, secret: secret.to_owned(), missed: Arc::default() }
    }

    pub(super) fn provider(&self, inner: impl Provider) -> BrokenProvider {
        let resources = inner.resources().iter().map(|(name, resource)| {
            let inner = Arc::clone(resource);
            let resource = BrokenResource { inner, broken: self.clone() };
            (*name, Arc::new(resource) as Arc<dyn Resource>)
        });
        BrokenProvider { resources: resources.collect(), inner: Box::new(inner) }
    }

    async fn again(&self, request: &Request<Bytes>, times: usize) {
        for _ in 0..times {
            drop(self.wire.send(request.clone()).await);
        }
    }
}

#[async_trait]
impl Transport for Broken {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let reads = method == Method::GET;
        match self.defect {
            Defect::NeverAssigns if path.ends_with("/assign") => return Ok(no_content()),
            Defect::UnassignsFirst if path.ends_with("/assign") => {
                let mut nothing = request.clone();
                *nothing.body_mut() = Bytes::from_static(br#"{"assignments":[]}"#);
                self.again(&nothing, 1).await;
            }
            Defect::ChangesOthers if method == Method::PATCH => {
                let other = self.wire.state().people.anybody_elses().map(str::to_owned);
                if let (Some(other), Some((set, _))) = (other, path.rsplit_once('/')) {
                    let mut others = request.clone();
                    *others.uri_mut() = beside(request.uri(), &format!("{set}/{other}"));
                    self.again(&others, 1).await;
                }
            }
            Defect::SendsTokenAbroad if reads => {
                let mut abroad = request.clone();
                *abroad.uri_mut() =
                    format!("http://graph.example{path}").parse().unwrap_or_default();
                self.again(&abroad, 1).await;
            }
            Defect::AsksAgain if reads => self.again(&request, 60).await,
            _ => {}
        }
        let mut reply = self.wire.send(request.clone()).await;
        let status = reply.as_ref().map_or(0, |response| response.status().as_u16());
        match self.defect {
            Defect::PostsAgain
                if reply.is_err() && self.wire.state().people.is_create(&request) =>
            {
                reply = self.wire.send(request).await;
            }
            Defect::BelievesOne404 if reads && status == 404 => {
                self.missed.store(true, Ordering::Relaxed);
            }
            Defect::IgnoresWaits => {
                if let Ok(response) = &mut reply {
                    response.headers_mut().remove(http::header::RETRY_AFTER);
                }
            }
            Defect::Hammers if status >= 500 => self.again(&request, 60).await,
            _ => {}
        }
        reply
    }
}

fn no_content() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Another path at the same host.
fn beside(uri: &Uri, path: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = path.parse().ok();
    Uri::from_parts(parts).unwrap_or_default()
}

/// A provider with a defect.
pub(super) struct BrokenProvider {
    inner: Box<dyn Provider>,
    resources: BTreeMap<&'static str, Arc<dyn Resource>>,
}

impl Provider for BrokenProvider {
    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        self.inner.validate(config, diags);
    }

    fn configure(&self, request: ConfigureRequest<'_>, diags: &mut Diagnostics) {
        self.inner.configure(request, diags);
    }

    fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn Resource>> {
        &self.resources
    }
}

struct BrokenResource {
    inner: Arc<dyn Resource>,
    broken: Broken,
}

#[async_trait]
impl Resource for BrokenResource {
    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn identity(&self) -> Option<&Identity> {
        self.inner.identity()
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        self.inner.validate(config, diags);
    }

    fn modify_plan(&self, plan: &mut Plan<'_>, diags: &mut Diagnostics) {
        self.inner.modify_plan(plan, diags);
    }

    async fn create(&self, cx: &Context, request: CreateRequest) -> Outcome {
        let mut outcome = self.inner.create(cx, request).await;
        match self.broken.defect {
            Defect::Forgets => {
                outcome.state = None;
                outcome.diagnostics.push(Diagnostic::error("Cannot create it", "For no reason."));
            }
            Defect::Invents => invent(&mut outcome),
            _ => {}
        }
        outcome
    }

    async fn read(&self, cx: &Context, request: ReadRequest) -> Outcome {
        self.broken.missed.store(false, Ordering::Relaxed);
        let mut outcome = self.inner.read(cx, request).await;
        match self.broken.defect {
            Defect::BelievesOne404 if self.broken.missed.load(Ordering::Relaxed) => {
                return Outcome::default();
            }
            Defect::TellsSecret => {
                let secret = self.broken.secret.as_str();
                outcome.diagnostics.push(Diagnostic::warning("It was read", secret));
            }
            Defect::IsLate => self.broken.time.sleep(Duration::from_secs(3 * 3600)).await,
            _ => {}
        }
        outcome
    }

    async fn update(&self, cx: &Context, request: UpdateRequest) -> Outcome {
        let planned = request.planned.clone();
        match self.broken.defect {
            Defect::Panics => panic!("an update of a provider with a defect"),
            Defect::Hangs => std::future::pending().await,
            _ => {}
        }
        let mut outcome = self.inner.update(cx, request).await;
        if self.broken.defect == Defect::Hopes && outcome.diagnostics.has_error() {
            hope(&mut outcome, &planned);
        }
        outcome
    }

    async fn delete(&self, cx: &Context, request: DeleteRequest) -> Outcome {
        if self.broken.defect == Defect::ChangesOnDestroy {
            let request = CreateRequest {
                config: request.prior.clone(),
                planned: request.prior.clone(),
                private: request.private.clone(),
            };
            drop(self.inner.create(cx, request).await);
        }
        self.inner.delete(cx, request).await
    }

    async fn import(&self, cx: &Context, request: ImportRequest) -> Outcome {
        self.inner.import(cx, request).await
    }

    fn generate_config(&self, state: &Value, config: Value) -> Value {
        self.inner.generate_config(state, config)
    }
}

/// Puts another moment where the state tells one.
fn invent(outcome: &mut Outcome) {
    let Some(Value::Object(entries)) = &mut outcome.state else { return };
    for (name, value) in entries {
        if name.ends_with("_date_time") && !value.is_null() {
            *value = Value::from("2001-01-01T00:00:00Z");
        }
    }
}

/// Takes what was planned for what is.
fn hope(outcome: &mut Outcome, planned: &Value) {
    let (Some(Value::Object(entries)), Some(planned)) = (&mut outcome.state, planned.entries())
    else {
        return;
    };
    for (name, value) in planned.iter().filter(|(_, value)| value.is_wholly_known()) {
        entries.insert(name.clone(), value.clone());
    }
}
