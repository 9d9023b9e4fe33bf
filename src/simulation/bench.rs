//! A tenant, a wire and a clock, and provider processes that come and go.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use super::chance::Chance;
use super::control::{Control, Cut};
use super::defect::{Broken, Defect};
use super::people::People;
use super::play::Script;
use super::rules::Rules;
use super::subject::Subject;
use super::time::Time;
use super::wire::{State, Wire};
use crate::engine::names;
use crate::framework::call::Raw;
use crate::framework::{self, Context, Server};
use crate::graph::scripted::Sequence;
use crate::graph::{Clock as _, Runtime, Transport};
use crate::mock::{self, DateDigits, Mock, Nothing, Paging, PatchReply, TypeStyle};
use crate::provider::Provider;
use crate::spec::Entity;
use crate::tf::{Schema, Type, msgpack};

/// Everything of a run that outlives its provider processes.
pub(super) struct Bench {
    pub(super) entity: &'static Entity,
    pub(super) mock: Mock,
    pub(super) time: Time,
    pub(super) control: Control,
    pub(super) wire: Wire,
    pub(super) schema: Schema,
    pub(super) r#type: Type,
    /// The attribute that holds an object's name.
    pub(super) key: String,
    environment: BTreeMap<String, String>,
    seed: u64,
    defect: Option<Defect>,
    processes: Mutex<u64>,
    violations: Mutex<Vec<String>>,
}

/// Where the mock takes itself to be. Nothing listens there.
const ORIGIN: &str = "http://127.0.0.1:8443";
/// Its host and port.
const HOME: &str = "127.0.0.1:8443";

impl Bench {
    /// A bench on which the tenant's manners follow from the seed, unless the script wants the usual ones.
    pub(super) fn new(subject: &Subject, seed: u64, script: &Script, keep_log: bool) -> Bench {
        let time = Time::default();
        let asked = time.clone();
        let options = mock::Options {
            seed,
            time: mock::Time::Asked(Arc::new(move || asked.service())),
            ..mock::Options::default()
        };
        let mock = Mock::without_server(options, ORIGIN);
        if !script.plain {
            manners(&mock, &Chance::new(seed, 12));
        }
        (subject.prepare)(&mock);
        let control = Control::default();
        let people = People::new(&mock, &subject.path, subject.entity);
        let environment: BTreeMap<String, String> =
            (subject.environment)(&mock, subject.entity).into_iter().collect();
        let renews = !environment.contains_key("WINDOWS365_ACCESS_TOKEN");
        let rules = Rules::new(HOME, secret(&environment));
        let state = State::new(people, rules, keep_log);
        let wire = Wire::new(mock.clone(), time.clone(), control.clone(), state, renews, seed);
        let schema = crate::engine::schema::resource(subject.entity);
        let key = subject
            .entity
            .attributes
            .iter()
            .find(|attribute| attribute.property == subject.entity.key.property)
            .map_or_else(|| "id".to_owned(), |attribute| names::attribute_name(attribute).into());
        Bench {
            entity: subject.entity,
            environment,
            mock,
            time,
            control,
            wire,
            r#type: schema.implied_type(),
            schema,
            key,
            seed,
            defect: script.defect,
            processes: Mutex::default(),
            violations: Mutex::default(),
        }
    }

    fn broken(&self) -> MutexGuard<'_, Vec<String>> {
        self.violations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a rule was broken.
    pub(super) fn violation(&self, sentence: String) {
        let at = self.time.now().as_secs_f64();
        self.wire.state().log.line(&format!("** {sentence}"));
        self.broken().push(format!("{sentence} (after {at:.1} s)"));
    }

    /// What must appear nowhere.
    pub(super) fn secret(&self) -> &str {
        secret(&self.environment)
    }

    /// The rules that were broken so far, those of the wire too.
    pub(super) fn violations(&self) -> Vec<String> {
        let mut all = std::mem::take(&mut *self.broken());
        all.append(&mut self.wire.state().rules.violations);
        all
    }

    /// Starts a provider process and configures it.
    pub(super) fn start(&self) -> Process<'_> {
        let number = {
            let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
            *processes += 1;
            *processes
        };
        self.control.reset();
        self.wire.state().rules.calm();
        let (time, control) = (self.time.clone(), self.control.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .on_thread_park(move || {
                if !time.pass() {
                    control.stuck();
                }
            })
            .build();
        let runtime = runtime.expect("a runtime without drivers needs nothing of the machine");
        let random = Arc::new(Sequence::new(self.seed ^ (number << 40)));
        let broken = self
            .defect
            .map(|defect| Broken::new(defect, self.wire.clone(), self.time.clone(), self.secret()));
        let transport: Arc<dyn Transport> = match &broken {
            Some(broken) => Arc::new(broken.clone()),
            None => Arc::new(self.wire.clone()),
        };
        let time = self.time.clone();
        let provider = Provider::new(self.environment.clone(), move || Runtime {
            clock: Arc::new(time.clone()),
            random: Arc::clone(&random) as _,
            transport: Arc::clone(&transport),
        });
        let provider: Arc<dyn framework::Provider> = match broken {
            Some(broken) => Arc::new(broken.provider(provider)),
            None => Arc::new(provider),
        };
        let block = &provider.schema().block;
        let config = msgpack::encode(&block.empty_value(), &block.implied_type());
        let server = Server::new(provider);
        let found = server.configure(Raw { msgpack: config, json: Vec::new() }, "1.11.4");
        if found.has_error() {
            self.violation(format!("the provider cannot be configured: {found:?}"));
        }
        Process { bench: self, runtime, server }
    }
}

/// A provider process. Dropping it is killing it: whatever it was doing stops where it is.
pub(super) struct Process<'b> {
    bench: &'b Bench,
    runtime: tokio::runtime::Runtime,
    pub(super) server: Server,
}

impl Process<'_> {
    pub(super) fn context(&self) -> Context {
        Context { stop: self.bench.control.token() }
    }

    /// Runs something in the process until it is done, or the process is over.
    pub(super) fn run<F: Future>(&self, work: F) -> Result<F::Output, Cut> {
        let control = &self.bench.control;
        let mut work = pin!(work);
        self.runtime.block_on(poll_fn(|cx| {
            if let Some(cut) = control.over(cx.waker()) {
                return Poll::Ready(Err(cut));
            }
            work.as_mut().poll(cx).map(Ok)
        }))
    }
}

/// What the provider signs in with.
fn secret(environment: &BTreeMap<String, String>) -> &str {
    ["WINDOWS365_CLIENT_SECRET", "WINDOWS365_ACCESS_TOKEN"]
        .iter()
        .find_map(|name| environment.get(*name))
        .map_or("?", String::as_str)
}

/// A tenant that behaves in one of the many ways in which tenants are seen to behave.
fn manners(mock: &Mock, chance: &Chance) {
    let one_of = |several: usize| usize::try_from(chance.below(several as u64)).unwrap_or(0);
    mock.switch(|switches| {
        switches.page_size = *chance.pick(&[20, 5, 1, 100]).unwrap_or(&20);
        if chance.one_in(4) {
            switches.paging = Paging::EmptyPages;
        }
        if let Some(reply) =
            [PatchReply::Documented, PatchReply::Body, PatchReply::NoContent].get(one_of(3))
        {
            switches.patch_reply = *reply;
        }
        if let Some(style) =
            [TypeStyle::Hash, TypeStyle::NoHash, TypeStyle::OtherCase].get(one_of(3))
        {
            switches.type_style = *style;
        }
        if let Some(nothing) = [Nothing::Null, Nothing::Absent, Nothing::Empty].get(one_of(3)) {
            switches.nothing = *nothing;
        }
        switches.date_digits = DateDigits::Seven;
        switches.shuffle = chance.one_in(2);
        switches.unassign_lag_milliseconds = if chance.one_in(3) { 20_000 } else { 0 };
        switches.spontaneous_412 = u32::from(chance.one_in(6));
        switches.throttling = chance.one_in(2);
    });
}
