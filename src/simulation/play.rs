//! A whole run: a life of some objects under strikes, and what must hold after each command.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::bench::Bench;
use super::chance::Chance;
use super::defect::Defect;
use super::object::{Action, Object};
use super::people::id_of;
use super::strike::{Strike, Trouble};
use super::subject::Subject;
use super::terraform::{Ended, Report, Terraform};
use super::truth;
use super::wire::Tally;
use crate::engine::schema::{ALLOW_DUPLICATE_NAME, ASSIGNMENTS};
use crate::engine::timeouts;
use crate::graph::Clock as _;
use crate::mock::Fault;
use crate::spec::Place;
use crate::tf::{Diagnostic, Value, json};

/// What happens in a run, besides what its seed decides on the way.
///
/// As JSON it outlives the way in which scripts are drawn: what has once failed is kept with its script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// How many objects are managed side by side.
    pub objects: usize,
    /// Whether as little as possible is configured.
    pub bare: bool,
    /// Whether the tenant has the usual manners.
    pub plain: bool,
    /// Whether the change is one that replaces the object, where there is one.
    pub replace: bool,
    /// Whether there is little time for each operation.
    pub hurry: bool,
    /// The one command that counts, if not all do: then nothing comes before and after it but what must.
    pub only: Option<usize>,
    /// What goes wrong.
    pub strikes: Vec<Strike>,
    /// What the service itself refuses, from the beginning of a command to its end, by the number of the command.
    pub refusals: Vec<(usize, Fault)>,
    /// What is wrong with the provider itself, to see that the rules notice. It belongs to no seed.
    #[serde(skip)]
    pub defect: Option<Defect>,
}

/// The commands of a run: create, look again, update, destroy.
pub const COMMANDS: usize = 4;

impl Default for Script {
    fn default() -> Self {
        Script::plain(Vec::new())
    }
}

impl Script {
    /// The script of a seed.
    pub fn of(seed: u64) -> Script {
        let chance = Chance::new(seed, 13);
        let mut script = Script {
            objects: 1 + usize::try_from(chance.early(3)).unwrap_or(0),
            bare: chance.one_in(3),
            plain: chance.one_in(2),
            replace: chance.one_in(4),
            hurry: chance.one_in(4),
            only: None,
            strikes: Strike::draw(&chance, COMMANDS),
            refusals: Vec::new(),
            defect: None,
        };
        if script.replace {
            // A twin that is left keeps the name, so a replacement is rightly refused.
            script.strikes.retain(|strike| strike.trouble != Trouble::Twin);
        }
        script
    }

    /// A life of one object in a tenant of the usual manners.
    pub fn plain(strikes: Vec<Strike>) -> Script {
        Script {
            objects: 1,
            bare: false,
            plain: true,
            replace: false,
            hurry: false,
            only: None,
            strikes,
            refusals: Vec::new(),
            defect: None,
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Rules that were broken, each a sentence.
    pub violations: Vec<String>,
    /// SHA-256 over the log.
    pub hash: String,
    /// All that went over the wire and all that the user was shown, if it was wanted.
    pub log: Vec<String>,
    /// What each command did by itself, before what came after it to put things right.
    pub commands: Vec<Command>,
    /// All that the user was ever shown.
    pub said: String,
}

/// What one command did.
#[derive(Clone, Debug)]
pub struct Command {
    /// How it ended.
    pub ended: Ended,
    /// Its errors, as the user sees them.
    pub errors: Vec<String>,
    /// What it sent.
    pub tally: Tally,
    /// How many objects that the provider made are in the tenant then.
    pub living: usize,
    /// How many are in the state.
    pub held: usize,
    /// Ids of everything in the collection, in order of creation.
    pub ids: Vec<String>,
    /// How long it took.
    pub took: Duration,
    /// How long after an interrupt it was over.
    pub after_stop: Option<Duration>,
}

/// Plays a script. The same seed, script and program give the same log.
pub fn play(subject: &Subject, seed: u64, script: &Script, keep_log: bool) -> Outcome {
    let bench = Bench::new(subject, seed, script, keep_log);
    let mut run = Run::new(&bench);
    run.all(subject, script);
    let commands = std::mem::take(&mut run.commands);
    let said = std::mem::take(&mut run.terraform.said);
    drop(run);
    let violations = bench.violations();
    let log = std::mem::replace(&mut bench.wire.state().log, super::log::Log::new(false));
    let (hash, log) = log.finish();
    Outcome { violations, hash, log, commands, said }
}

pub(super) struct Run<'b> {
    bench: &'b Bench,
    terraform: Terraform<'b>,
    /// Objects that nobody may know of yet: their create was killed or ended in doubt.
    excused: BTreeSet<String>,
    /// Whether any plan took assignments away, as a destroy does.
    removal_planned: bool,
    commands: Vec<Command>,
}

/// What a command had to bear.
#[derive(Clone, Copy)]
pub(super) struct Weather {
    /// Anything at all.
    struck: bool,
    /// Reads of what was true some time ago.
    late: bool,
}

impl Weather {
    pub(super) fn of(command: usize, strikes: &[Strike]) -> Weather {
        let mut strikes = strikes.iter().filter(|strike| strike.command == command).peekable();
        let struck = strikes.peek().is_some();
        Weather { struck, late: strikes.any(|strike| strike.trouble.shows_what_was()) }
    }
}

impl<'b> Run<'b> {
    pub(super) fn new(bench: &'b Bench) -> Run<'b> {
        Run {
            bench,
            terraform: Terraform::new(bench),
            excused: BTreeSet::new(),
            removal_planned: false,
            commands: Vec::new(),
        }
    }

    fn all(&mut self, subject: &Subject, script: &Script) {
        let (create, update) = match (&subject.replace, script.bare) {
            (Some(replace), _) if script.replace => (&subject.whole.0, replace),
            (_, true) => (&subject.bare.0, &subject.bare.1),
            (_, false) => (&subject.whole.0, &subject.whole.1),
        };
        let singleton = matches!(subject.entity.place, Place::Singleton(_));
        let objects = if singleton { 1 } else { script.objects };
        let commands = [Some(create), Some(create), Some(update), None];
        for (number, config) in commands.into_iter().enumerate() {
            let (first, last) = (number == 0, number + 1 == COMMANDS);
            if !first && !last && script.only.is_some_and(|only| only != number) {
                continue;
            }
            let wanted: BTreeMap<String, Value> = (0..objects)
                .map(|at| (format!("object_{at}"), self.config(config, at, script.hurry)))
                .collect();
            let refusals = script.refusals.iter().filter(|(command, _)| *command == number);
            refusals.for_each(|(_, fault)| self.bench.mock.fault(fault.clone()));
            let report = self.command(number, &wanted, &script.strikes);
            if singleton {
                self.as_only_one(config.is_none());
            }
            let mut weather = Weather::of(number, &script.strikes);
            weather.struck |= script.refusals.iter().any(|(command, _)| *command == number);
            self.converge(&wanted, &report, weather);
        }
        self.at_the_end(singleton);
    }

    /// A command under strikes, and what must hold after it.
    pub(super) fn command(
        &mut self,
        number: usize,
        wanted: &BTreeMap<String, Value>,
        strikes: &[Strike],
    ) -> Report {
        self.bench.wire.begin(number, strikes);
        let start = self.bench.time.now();
        let report = self.terraform.apply(wanted);
        self.note(&report, start);
        self.bench.mock.clear_faults();
        self.bench.wire.calm();
        self.after(&report);
        report
    }

    fn note(&mut self, report: &Report, start: Duration) {
        let bench = self.bench;
        let now = bench.time.now();
        let text = |error: &Diagnostic| format!("{}\n{}", error.summary, error.detail);
        let took = now.saturating_sub(start);
        self.not_too_many(took, report.plans.len());
        let all = bench.wire.state().people.all(&bench.mock);
        let living = bench.wire.state().people.living(&bench.mock).len();
        self.commands.push(Command {
            ended: report.ended,
            errors: report.errors.iter().map(text).collect(),
            tally: bench.wire.tally(),
            living,
            held: self.terraform.states.len(),
            ids: all.iter().map(id_of).collect(),
            took,
            after_stop: bench.control.stopped_at().map(|stop| now.saturating_sub(stop)),
        });
    }

    /// A command asks no more often than its steps, the repetitions of them, its pages and the time that it waited account for.
    fn not_too_many(&self, took: Duration, objects: usize) {
        /// Requests for the steps of one object and their repetitions.
        const STEPS: u64 = 30;
        /// Requests for each object that stands in a listing: pages of one, each followed by an empty one, in so many listings as a
        /// new object is looked for in.
        const PAGES: u64 = 32;
        /// Seconds between two looks at what will come true.
        const LOOKS: u64 = 10;
        let bench = self.bench;
        let sent = u64::from(bench.wire.tally().exchanges);
        let objects = objects.max(1) as u64;
        let listed = bench.wire.state().people.all(&bench.mock).len() as u64;
        let most = objects * (STEPS + took.as_secs() / LOOKS) + PAGES * listed;
        if sent > most {
            bench.violation(format!(
                "a command about {objects} objects sent {sent} requests, and {most} account for its {} s",
                took.as_secs()
            ));
        }
    }

    /// The configuration of one object; null for none.
    pub(super) fn config(&self, json: Option<&Json>, at: usize, hurry: bool) -> Value {
        let Some(json) = json else { return Value::Null };
        let mut config = json.clone();
        if let Some(entries) = config.as_object_mut() {
            // It gives up the protection that is looked at here.
            entries.remove(ALLOW_DUPLICATE_NAME);
            // What the service itself takes minutes or hours for is never done in so little time.
            let waits = self.bench.entity.wait.is_some_and(|wait| {
                wait.asked.is_none_or(|asked| entries.get(asked.name) == Some(&Json::Bool(true)))
            });
            if hurry && !waits {
                let little =
                    serde_json::json!({ "create": "15s", "update": "12s", "delete": "50s" });
                entries.insert(timeouts::ATTRIBUTE.to_owned(), little);
            }
            if at > 0
                && let Some(Json::String(name)) = entries.get_mut(&self.bench.key)
            {
                match uuid::Uuid::try_parse(name) {
                    Ok(id) => *name = uuid::Uuid::from_u128(id.as_u128() ^ at as u128).to_string(),
                    Err(_) => name.push_str(&format!(" {at}")),
                }
            }
        }
        json::from_json(&config, &self.bench.r#type).unwrap_or_else(|error| {
            self.bench.violation(format!("the configuration does not fit the schema: {error}"));
            Value::Null
        })
    }

    /// What must hold after any command.
    fn after(&mut self, report: &Report) {
        let bench = self.bench;
        for plan in report.plans.values() {
            let groups = |value: &Value| value.get(ASSIGNMENTS).elements().map_or(0, <[_]>::len);
            let before = plan.prior.as_ref().map_or(0, |prior| groups(&prior.value));
            self.removal_planned |= matches!(plan.action, Action::Delete | Action::Replace)
                || plan.action == Action::Update
                    && (groups(&plan.planned) < before || bench.wire.state().people.touched_any());
        }
        let in_state = self.terraform.ids();
        let doubt = report.ended == Ended::Killed
            || report.errors.iter().any(|it| it.detail.contains("not known whether"));
        let living = bench.wire.state().people.living(&bench.mock);
        for object in &living {
            let id = id_of(object);
            if in_state.contains(&id) || self.terraform.said.contains(&id) {
                continue;
            }
            if doubt || bench.wire.state().people.touched(&id) {
                self.excused.insert(id);
            } else if !self.excused.contains(&id) {
                bench.violation(format!("the object {id} was made, and nobody was told"));
            }
        }
        self.no_twins(&living);
        let collateral = bench.wire.state().people.collateral(&bench.mock);
        collateral.into_iter().for_each(|sentence| bench.violation(sentence));
        if report.ended == Ended::Well {
            for id in &in_state {
                let state = bench.wire.state();
                let there = id.is_empty()
                    || state.people.exists(&bench.mock, id)
                    || state.people.touched(id);
                drop(state);
                if !there {
                    bench.violation(format!("the state holds {id}, which does not exist"));
                }
            }
        }
        if !self.removal_planned && !bench.wire.state().people.touched_any() {
            for cloud_pc in bench.mock.grace_periods() {
                bench.violation(format!(
                    "the Cloud PC {cloud_pc} entered its grace period, and no plan removed its assignment"
                ));
            }
        }
        self.no_secrets();
    }

    /// What there is one of is neither made nor deleted, and a destroy sends nothing at all.
    fn as_only_one(&self, destroyed: bool) {
        for write in self.bench.wire.tally().writes {
            if destroyed || !write.starts_with("PATCH ") {
                self.bench.violation(format!("{write} was sent to what there is one of"));
            }
        }
    }

    /// At most one object for each instance, but for those that the user was told of.
    fn no_twins(&self, living: &[Json]) {
        let property = self.bench.entity.key.property;
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for object in living {
            let name = object.get(property).and_then(Json::as_str).unwrap_or_default();
            seen.entry(name.to_owned()).or_default().push(id_of(object));
        }
        for (name, ids) in seen {
            let silent = ids.iter().filter(|id| !self.terraform.said.contains(id.as_str())).count();
            if ids.len() > 1 && silent > 1 {
                self.bench.violation(format!("{name:?} was made more than once: {ids:?}"));
            }
        }
    }

    /// No secret and no token stands in a message or in the state.
    fn no_secrets(&self) {
        let secret = self.bench.secret();
        let mut places = vec![("a message", self.terraform.said.clone())];
        for object in self.terraform.states.values() {
            places.push(("the state", format!("{:?}", object.value)));
            places.push(("private state", String::from_utf8_lossy(&object.private).into_owned()));
        }
        for (place, text) in places {
            if text.contains(secret) || text.contains("eyJ") {
                self.bench.violation(format!("{place} holds a secret"));
            }
        }
    }

    /// Once nothing goes wrong any more, one apply does what is wanted, and there is nothing left to do.
    pub(super) fn converge(
        &mut self,
        wanted: &BTreeMap<String, Value>,
        report: &Report,
        weather: Weather,
    ) {
        let bench = self.bench;
        let Weather { struck, late } = weather;
        if !struck && report.ended != Ended::Well {
            bench.violation(format!("in fine weather: {:?}", report.errors));
            return;
        }
        if struck && report.ended != Ended::Well || bench.wire.state().people.touched_any() {
            self.recover(wanted, report, late);
        }
        let before = self.terraform.states.clone();
        let plan = self.terraform.plan(wanted);
        if plan.ended != Ended::Well {
            bench.violation(format!("a plan in fine weather fails: {:?}", plan.errors));
            return;
        }
        for (name, plan) in &plan.plans {
            if plan.action != Action::NoOp {
                let prior = plan.prior.as_ref().map(|prior| &prior.value);
                bench.violation(format!(
                    "there is still something to do, {:?} {name}: {}",
                    plan.action,
                    truth::difference(prior.unwrap_or(&Value::Null), &plan.planned)
                ));
            } else if let (Some(stored), Some(read)) = (before.get(name), &plan.prior) {
                let config = wanted.get(name).unwrap_or(&Value::Null);
                let (stored, read) = (&stored.value, &read.value);
                let untrue = match weather {
                    // What only the service knows may be what it was; what is configured must be right.
                    Weather { late: true, .. } => {
                        match truth::covers(config, stored) || !truth::covers(config, read) {
                            true => String::new(),
                            false => truth::difference(stored, read),
                        }
                    }
                    Weather { struck: true, .. } => {
                        let before = report.plans.get(name).and_then(|it| it.prior.as_ref());
                        self.untrue(stored, read, before.map_or(&Value::Null, |it| &it.value))
                    }
                    Weather { .. } => self.changed(stored, read),
                };
                if !untrue.is_empty() {
                    bench.violation(format!("the state of {name} was not the truth: {untrue}"));
                }
            }
        }
    }

    /// What a person does after a command that failed: runs it again, and imports what the provider says is there.
    fn recover(&mut self, wanted: &BTreeMap<String, Value>, failed: &Report, late: bool) {
        let bench = self.bench;
        let left = self.terraform.states.clone();
        let mut report = self.terraform.apply(wanted);
        if !late && failed.ended == Ended::Failed && !bench.wire.state().people.touched_any() {
            self.best_known(&left, failed, &report);
        }
        self.after(&report);
        if report.ended != Ended::Well {
            let imported = self.import_what_was_named(wanted, &report);
            if imported {
                report = self.terraform.apply(wanted);
                self.after(&report);
            }
        }
        if report.ended != Ended::Well {
            bench.violation(format!("an apply in fine weather fails: {:?}", report.errors));
        }
    }

    /// What a command that failed has left in the state is what is true, or what was true before it.
    fn best_known(&self, left: &BTreeMap<String, Object>, failed: &Report, again: &Report) {
        // What nobody can know of a new object is what was planned, and the user is told.
        let in_doubt = failed.errors.iter().any(|it| it.detail.contains("could not be written"));
        for (name, object) in left {
            let (Some(plan), Some(read)) = (failed.plans.get(name), again.plans.get(name)) else {
                continue;
            };
            let Some(read) = &read.prior else { continue };
            let before = match &plan.prior {
                Some(prior) => &prior.value,
                None if in_doubt => &plan.planned,
                None => &Value::Null,
            };
            let untrue = self.untrue(&object.value, &read.value, before);
            if !untrue.is_empty() {
                self.bench.violation(format!(
                    "after an error the state of {name} is neither what was nor what is: {untrue}"
                ));
            }
        }
    }

    /// What is in a state that neither the service ever said nor anybody wrote; `or` holds what would do too.
    fn untrue(&self, state: &Value, read: &Value, or: &Value) -> String {
        let id = state.get("id").as_str().unwrap_or_default();
        let history = self.bench.wire.state().people.history(&self.bench.mock, id);
        let mut untrue = truth::untrue(state, read, or);
        untrue.retain(|name| !truth::was(self.bench.entity, name, state.get(name), &history));
        let told = untrue.iter();
        told.map(|name| format!("{name}: {:?}, and it is {:?}", state.get(name), read.get(name)))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Where a state differs from a read, other than in what the service has changed by itself since.
    fn changed(&self, stored: &Value, read: &Value) -> String {
        let id = stored.get("id").as_str().unwrap_or_default();
        let history = self.bench.wire.state().people.since_written(&self.bench.mock, id);
        let (Value::Object(mut expected), Value::Object(found)) = (stored.clone(), read) else {
            return truth::difference(stored, read);
        };
        for (name, value) in &mut expected {
            if truth::was(self.bench.entity, name, value, &history)
                && let Some(found) = found.get(name)
            {
                *value = found.clone();
            }
        }
        truth::difference(&Value::Object(expected), read)
    }

    fn import_what_was_named(&mut self, wanted: &BTreeMap<String, Value>, report: &Report) -> bool {
        let bench = self.bench;
        let property = bench.entity.key.property;
        let mut imported = false;
        for (instance, config) in wanted {
            if self.terraform.states.contains_key(instance) || config.is_null() {
                continue;
            }
            let name = config.get(&bench.key).as_str().unwrap_or_default().to_owned();
            let objects = bench.wire.state().people.all(&bench.mock);
            let named = objects.iter().find(|object| {
                let id = id_of(object);
                object.get(property).and_then(Json::as_str) == Some(name.as_str())
                    && report.errors.iter().any(|it| it.detail.contains(&id))
            });
            if let Some(object) = named {
                let id = id_of(object);
                bench.wire.state().people.adopt(&id);
                imported |= self.terraform.import(instance, &id);
            }
        }
        imported
    }

    /// Nothing is left of ours that nobody was told of.
    pub(super) fn at_the_end(&self, singleton: bool) {
        if singleton {
            return;
        }
        let bench = self.bench;
        let living = bench.wire.state().people.living(&bench.mock);
        for object in living {
            let id = id_of(&object);
            if !self.terraform.said.contains(&id) && !bench.wire.state().people.touched(&id) {
                bench.violation(format!("the object {id} is left behind, and nobody was told"));
            }
        }
    }
}

/// The shortest script that still breaks a rule: strikes are left out one by one while it does.
pub fn shortest(subject: &Subject, seed: u64, script: &Script) -> Script {
    let fails = |script: &Script| !play(subject, seed, script, false).violations.is_empty();
    let mut best = script.clone();
    let mut at = 0;
    while at < best.strikes.len() {
        let mut shorter = best.clone();
        shorter.strikes.remove(at);
        if fails(&shorter) {
            best = shorter;
        } else {
            at += 1;
        }
    }
    let simplify: [fn(&mut Script); 4] = [
        |script| script.plain = true,
        |script| script.objects = 1,
        |script| script.hurry = false,
        |script| script.replace = false,
    ];
    for simplify in simplify {
        let mut simpler = best.clone();
        simplify(&mut simpler);
        if simpler != best && fails(&simpler) {
            best = simpler;
        }
    }
    best
}

/// A strike at the first exchange of a command from one on that it suits, counted from 0.
pub fn at(command: usize, from: u32, trouble: Trouble) -> Strike {
    Strike { command, from, writes: false, trouble }
}

/// A strike at a write of a command, counted from 0.
pub fn at_write(command: usize, from: u32, trouble: Trouble) -> Strike {
    Strike { command, from, writes: true, trouble }
}

/// Kills, or interrupts, at every exchange of every command of a plain life, before and after the service acts. What broke a rule.
pub fn at_every_point(subject: &Subject, trouble: impl Fn(bool) -> Trouble) -> Vec<String> {
    at_every_point_seen(subject, trouble, |_| ())
}

/// The same, with a look at each run.
pub fn at_every_point_seen(
    subject: &Subject,
    trouble: impl Fn(bool) -> Trouble,
    mut look: impl FnMut(&Outcome),
) -> Vec<String> {
    let plain = play(subject, 1, &Script::plain(Vec::new()), false);
    let mut broken = plain.violations;
    for (command, done) in plain.commands.iter().enumerate() {
        for (from, acted) in
            (0..done.tally.exchanges).flat_map(|from| [(from, false), (from, true)])
        {
            let strike = at(command, from, trouble(acted));
            let script = Script { only: Some(command), ..Script::plain(vec![strike]) };
            let outcome = play(subject, 1, &script, false);
            look(&outcome);
            let told = outcome.violations.into_iter().map(|it| format!("{strike:?}: {it}"));
            broken.extend(told);
        }
    }
    broken
}
