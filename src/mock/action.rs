//! Actions and functions other than `assign`.

use serde_json::Value;

use super::answer::{Answer, Problem};
use super::call::Call;
use super::check::Check;
use super::metadata::metadata;
use super::rules::{Set, What};
use super::show::Show;
use super::store::Body;
use super::world::World;
use super::write;

/// Runs an action (POST) or function (GET) on one object, or on the set when there is no id.
pub(crate) fn run(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    id: Option<&str>,
    name: &str,
) -> Result<Answer, Problem> {
    let no_route = || Problem::no_route(&call.method, &call.address.path);
    let (name, given) = name.split_once('(').unwrap_or((name, ""));
    if let (Some(id), "assign", "POST", Some(rule)) = (id, name, call.method.as_str(), set.assign())
    {
        return super::assign::assign(world, call, set, (path, id), rule);
    }
    let version = call.address.version;
    let (operation, parameters) = match call.method.as_str() {
        "POST" => {
            let action = metadata().action(set.type_name, name, version).ok_or_else(no_route)?;
            let body = if call.body.is_empty() && action.parameters.is_empty() {
                Body::new()
            } else {
                call.json_body()?
            };
            let check =
                Check { version, set: None, lax: world.switches.lax_bodies, any_case: false };
            (action, check.parameters(&action.parameters, body)?)
        }
        _ => {
            let function =
                metadata().function(set.type_name, name, version).ok_or_else(no_route)?;
            let given = arguments(given.strip_suffix(')').unwrap_or(given));
            let check =
                Check { version, set: None, lax: world.switches.lax_bodies, any_case: false };
            (function, check.parameters(&function.parameters, given)?)
        }
    };
    if operation.on_collection == id.is_some() && !set.singleton {
        return Err(no_route());
    }
    if call.method == "POST" && set.reports(name) {
        return super::report::answer(world, &format!("{path}/{name}"), &parameters);
    }
    let id = match id {
        Some(id) => write::existing(world, set, path, id)?.id.clone(),
        None => String::new(),
    };
    for what in set.whats() {
        match what {
            What::Accepts(names) if call.method == "POST" && names.contains(&name) => {
                return Ok(Answer::empty(204));
            }
            What::Runs(known, run) if *known == name => {
                let value = run(world, set, &id, &parameters)?;
                let value = match &operation.returns {
                    Some(returns) if !value.is_null() => Show {
                        version,
                        unknown_members: call.wants_unknown_members(),
                        switches: &world.switches,
                        random: &mut world.choices,
                    }
                    .value(returns, &value),
                    _ => value,
                };
                return Ok(match value {
                    Value::Null => Answer::empty(204),
                    Value::Array(items) => super::list::page(world, call, items),
                    value => Answer::json(200, value),
                });
            }
            _ => {}
        }
    }
    Err(no_route())
}

/// The arguments of a function in an address: `name='text',other=3` (OData 4.01 part 2, section 4.3.4).
fn arguments(text: &str) -> Body {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, literal)| {
            let value = match super::address::quoted(literal) {
                Some(text) => Value::from(text),
                None => serde_json::from_str(literal).unwrap_or_else(|_| Value::from(literal)),
            };
            (name.trim().to_owned(), value)
        })
        .collect()
}
