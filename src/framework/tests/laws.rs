//! Laws that hold for every configuration and every prior state, tried on thousands that are made up.
//!
//! The judge of plans is Terraform's own check, written after `internal/plans/objchange/plan_valid.go` in hashicorp/terraform.

use super::fixture::text;
use super::kitchen::SCHEMA;
use crate::framework::level::{Level, Member, NULL};
use crate::framework::proposed::proposed;
use crate::framework::reconcile::reconcile;
use crate::framework::{plan, replace, values};
use crate::tf::{Attribute, Diagnostics, Kind, Mode, Nesting, Number, Type, Value};

const ROUNDS: u64 = 300;

/// A small source of choices, the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        // The constants are Knuth's; the low bits of such a generator are weak.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn leaf(&mut self, r#type: &Type) -> Value {
        let text =
            |dice: &mut Dice| ["a", "A", "b", "B", "c", ""][dice.below(6) as usize].to_owned();
        match r#type {
            Type::Number => Value::Number(Number::from([1i64, 2, 5][self.below(3) as usize])),
            Type::Dynamic => Value::dynamic(Type::String, text(self).into()),
            _ => text(self).into(),
        }
    }
}

impl Dice {
    fn fresh(&mut self, r#type: &Type) -> Value {
        let number = self.below(1 << 30).cast_signed();
        match r#type {
            Type::Number => Value::from(number),
            Type::Dynamic => Value::dynamic(Type::Number, Value::from(number)),
            _ => format!("v{number}").into(),
        }
    }
}

/// A configuration; `unknown` is how many of a hundred values are unknown.
fn configuration(dice: &mut Dice, level: Level<'_>, unknown: u64) -> Value {
    let entries = level.members().map(|member| {
        let value = match member {
            Member::Attribute(attribute) => configured(dice, attribute, unknown),
            Member::Block(block) => {
                let none = block.nesting == Nesting::Single && dice.chance(40);
                let below = Level::from(&block.block);
                if none { Value::Null } else { elements(dice, block.nesting, below, unknown) }
            }
        };
        (member.name().to_owned(), value)
    });
    Value::object(entries.collect::<Vec<_>>())
}

fn configured(dice: &mut Dice, attribute: &Attribute, unknown: u64) -> Value {
    let absent =
        attribute.mode == Mode::Computed || attribute.mode != Mode::Required && dice.chance(45);
    if absent {
        return Value::Null;
    }
    if dice.chance(unknown) {
        return Value::unknown();
    }
    match (&attribute.kind, Member::Attribute(attribute).nested()) {
        (Kind::Type(r#type), _) => dice.leaf(r#type),
        (_, Some((nesting, level))) => elements(dice, nesting, level, unknown),
        _ => Value::Null,
    }
}

fn elements(dice: &mut Dice, nesting: Nesting, level: Level<'_>, unknown: u64) -> Value {
    let count = dice.below(4);
    match nesting {
        Nesting::Single | Nesting::Group => configuration(dice, level, unknown),
        Nesting::List => {
            Value::List((0..count).map(|_| configuration(dice, level, unknown)).collect())
        }
        Nesting::Map => Value::Map(
            (0..count)
                .map(|key| (format!("k{key}"), configuration(dice, level, unknown)))
                .collect(),
        ),
        Nesting::Set => {
            // No service keeps two elements apart that only differ in spelling.
            let mut all: Vec<Value> = Vec::new();
            for _ in 0..count {
                let element = configuration(dice, level, unknown);
                if all.iter().all(|other| lower(other) != lower(&element)) {
                    all.push(element);
                }
            }
            Value::Set(all)
        }
    }
}

fn lower(value: &Value) -> String {
    text(value).to_lowercase()
}

/// What an apply makes of a planned state: every unknown gets a value, mostly one of its own, so that elements of sets stay apart.
fn resolve(dice: &mut Dice, level: Level<'_>, planned: Value) -> Value {
    level.change(planned, |member, value| {
        if value.is_unknown() {
            return match (member, member.nested()) {
                (Member::Attribute(Attribute { kind: Kind::Type(r#type), .. }), _) => {
                    dice.fresh(r#type)
                }
                (_, Some((nesting, below))) => {
                    let made = elements(dice, nesting, below, 0);
                    resolve_elements(dice, below, made)
                }
                _ => value,
            };
        }
        match member.nested() {
            Some((_, below)) => resolve_elements(dice, below, value),
            None => value,
        }
    })
}

fn resolve_elements(dice: &mut Dice, level: Level<'_>, value: Value) -> Value {
    match value {
        Value::Object(_) => resolve(dice, level, value),
        Value::List(all) => {
            Value::List(all.into_iter().map(|it| resolve(dice, level, it)).collect())
        }
        Value::Set(all) => Value::Set(all.into_iter().map(|it| resolve(dice, level, it)).collect()),
        Value::Map(all) => {
            Value::Map(all.into_iter().map(|(key, it)| (key, resolve(dice, level, it))).collect())
        }
        other => other,
    }
}

/// The same state in the spelling of a service that likes capitals and puts sets in its own order.
fn respell(level: Level<'_>, state: Value) -> Value {
    level.change(state, |member, value| match (member, member.nested(), value) {
        (Member::Attribute(attribute), _, Value::String(text))
            if attribute.plan.equality.is_some() =>
        {
            text.to_uppercase().into()
        }
        (_, Some((_, below)), Value::Set(all)) => {
            Value::Set(all.into_iter().rev().map(|it| respell(below, it)).collect())
        }
        (_, Some((_, below)), Value::List(all)) => {
            Value::List(all.into_iter().map(|it| respell(below, it)).collect())
        }
        (_, Some((_, below)), Value::Map(all)) => {
            Value::Map(all.into_iter().map(|(key, it)| (key, respell(below, it))).collect())
        }
        (_, Some((_, below)), object) => respell(below, object),
        (_, _, value) => value,
    })
}

/// Terraform's check of a plan. The first objection, if any.
fn objection(level: Level<'_>, prior: &Value, config: &Value, planned: &Value) -> Option<String> {
    if planned.is_null() != config.is_null() {
        return Some("planned for absence or existence against the configuration".to_owned());
    }
    if planned.entries().is_none() {
        return (planned != config).then(|| "planned unknown for known".to_owned());
    }
    level.members().find_map(|member| {
        let name = member.name();
        let [prior, config, planned] = [prior, config, planned].map(|side| side.get(name));
        let found = match member {
            Member::Attribute(attribute) => attribute_objection(attribute, prior, config, planned),
            Member::Block(block) => {
                elements_objection(block.nesting, Level::from(&block.block), prior, config, planned)
            }
        };
        found.map(|objection| format!("{name}: {objection}"))
    })
}

fn attribute_objection(
    attribute: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Option<String> {
    if attribute.write_only {
        return (!planned.is_null()).then(|| "write-only value".to_owned());
    }
    let free = config.is_null() && attribute.mode.is_computed();
    let kept = planned == prior && !prior.is_null() && !config.is_null();
    if planned == config || free || kept {
        return None;
    }
    match Member::Attribute(attribute).nested() {
        Some((nesting, level)) if !config.is_null() => {
            elements_objection(nesting, level, prior, config, planned)
        }
        _ => Some(format!("planned {} for {}", text(planned), text(config))),
    }
}

fn elements_objection(
    nesting: Nesting,
    level: Level<'_>,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Option<String> {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return objection(level, prior, config, planned);
    }
    match (config, planned) {
        (Value::List(configs), Value::List(planneds)) if configs.len() == planneds.len() => {
            configs.iter().zip(planneds).enumerate().find_map(|(index, (config, planned))| {
                let prior = prior.elements().and_then(|all| all.get(index)).unwrap_or(&NULL);
                objection(level, prior, config, planned)
            })
        }
        (Value::Map(configs), Value::Map(planneds)) if configs.keys().eq(planneds.keys()) => {
            configs.iter().find_map(|(key, config)| {
                objection(level, prior.get(key), config, planned.get(key))
            })
        }
        (Value::Set(configs), Value::Set(planneds)) if configs.len() == planneds.len() => {
            let fits = |config: &Value, planned: &Value| {
                objection(level, &NULL, config, planned).is_none()
            };
            let all_planned =
                planneds.iter().all(|planned| configs.iter().any(|config| fits(config, planned)));
            let all_configured =
                configs.iter().all(|config| planneds.iter().any(|planned| fits(config, planned)));
            (!(all_planned && all_configured)).then(|| "an element fits no other".to_owned())
        }
        (Value::Unknown(_), Value::Unknown(_)) => None,
        _ => Some(format!("planned {} for {}", text(planned), text(config))),
    }
}

/// One made-up change: a state that came of one configuration, and another configuration.
struct Change {
    dice: Dice,
    prior: Value,
    config: Value,
}

impl Change {
    fn make_up(round: u64) -> Self {
        let mut dice = Dice(round);
        let first = configuration(&mut dice, level(), 0);
        let prior = create(&mut dice, &first);
        let unknown = [0, 0, 15][dice.below(3) as usize];
        let mut config = configuration(&mut dice, level(), unknown);
        // Mostly only some attributes change.
        if let (Value::Object(config), Value::Object(first)) = (&mut config, &first) {
            let changing = dice.below(4) * 30;
            for (name, value) in config.iter_mut() {
                if !dice.chance(changing) {
                    *value = first[name].clone();
                }
            }
        }
        Change { dice, prior, config }
    }

    fn plan(&self) -> Value {
        planned(&self.prior, &self.config)
    }

    fn shown(&self) -> String {
        let planned = self.plan();
        format!(
            "\nprior  {}\nconfig {}\nplan   {}",
            text(&self.prior),
            text(&self.config),
            text(&planned)
        )
    }
}

fn level() -> Level<'static> {
    Level::from(&SCHEMA.block)
}

fn planned(prior: &Value, config: &Value) -> Value {
    plan::plan(level(), config, prior, proposed(&SCHEMA.block, prior, config))
}

/// The state after an apply by a service with a spelling of its own.
fn apply(dice: &mut Dice, prior: &Value, config: &Value) -> Value {
    let planned = planned(prior, config);
    let made = respell(level(), resolve(dice, level(), planned.clone()));
    reconcile(level(), values::fit(&SCHEMA.block, made, &mut Diagnostics::new()), &planned, prior)
}

fn create(dice: &mut Dice, config: &Value) -> Value {
    apply(dice, &NULL, config)
}

#[test]
fn terraform_accepts_every_plan() {
    for round in 0..ROUNDS {
        let change = Change::make_up(round);
        for prior in [&Value::Null, &change.prior] {
            let planned = planned(prior, &change.config);
            planned.conforms(&SCHEMA.implied_type()).expect("a plan fits the schema");
            if let Some(objection) = objection(level(), prior, &change.config, &planned) {
                panic!("round {round}: {objection}{}", change.shown());
            }
        }
    }
}

#[test]
fn what_was_applied_is_no_change_in_the_next_plan() {
    for round in 0..ROUNDS {
        let mut change = Change::make_up(round);
        if !change.config.is_wholly_known() {
            continue;
        }
        let applied = apply(&mut change.dice, &change.prior, &change.config);
        let read = respell(level(), applied.clone());
        let refreshed = reconcile(level(), read, &applied, &NULL);
        assert_eq!(refreshed, applied, "round {round}: a refresh keeps the spelling");
        let again = planned(&refreshed, &change.config);
        assert_eq!(text(&again), text(&refreshed), "round {round}{}", change.shown());
    }
}

#[test]
fn a_state_in_another_spelling_is_no_change() {
    for round in 0..ROUNDS {
        let mut dice = Dice(round);
        // Elements of sets of blocks are compared with the configuration only, so their spelling is a change.
        let mut config = configuration(&mut dice, level(), 0);
        if let Value::Object(config) = &mut config {
            config.insert("peer".to_owned(), Value::Set(Vec::new()));
        }
        let state = respell(level(), create(&mut dice, &config));
        assert_eq!(
            text(&planned(&state, &config)),
            text(&state),
            "round {round}: {}",
            text(&config)
        );
    }
}

#[test]
fn the_result_of_an_apply_is_what_was_planned() {
    for round in 0..ROUNDS {
        let mut change = Change::make_up(round);
        let planned = change.plan();
        let applied = apply(&mut change.dice, &change.prior, &change.config);
        assert!(
            compatible(&planned, &applied),
            "round {round}: {}{}",
            text(&applied),
            change.shown()
        );
    }
}

/// Terraform's comparison of a planned with a new state.
fn compatible(planned: &Value, new: &Value) -> bool {
    match (planned, new) {
        (Value::Unknown(_), _) => true,
        (Value::List(planned), Value::List(new)) => {
            planned.len() == new.len() && planned.iter().zip(new).all(|(p, n)| compatible(p, n))
        }
        (Value::Set(planned), Value::Set(new)) => {
            new.len() <= planned.len()
                && planned.iter().all(|p| new.iter().any(|n| compatible(p, n)))
                && new.iter().all(|n| planned.iter().any(|p| compatible(p, n)))
        }
        (Value::Map(planned), Value::Map(new)) | (Value::Object(planned), Value::Object(new)) => {
            planned.len() == new.len()
                && planned.iter().all(|(key, p)| new.get(key).is_some_and(|n| compatible(p, n)))
        }
        _ => planned == new,
    }
}

#[test]
fn paths_that_replace_lead_somewhere_and_no_change_replaces_nothing() {
    for round in 0..ROUNDS {
        let change = Change::make_up(round);
        let planned = change.plan();
        let paths = replace::paths(level(), &change.config, &change.prior, &planned);
        for path in &paths {
            let there = change.prior.at(path).is_some() || planned.at(path).is_some();
            assert!(there, "round {round}: {path}{}", change.shown());
            assert_ne!(change.prior.at(path), planned.at(path), "round {round}: {path}");
        }
        assert!(paths.is_empty() || planned != change.prior);
        assert!(paths.is_sorted());
    }
}
