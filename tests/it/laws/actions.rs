//! Every action against Microsoft's published metadata.

use std::collections::BTreeMap;

use windows365::entities::ACTIONS;
use windows365::spec::{Action, Bulk, Look, On, Watch, boolean, string};

use super::{Comparison, Metadata, Property, in_version, names, none, type_in};

fn makes_an_object(action: &Action) -> bool {
    matches!(action.watch, Some(Watch { look: Look::Made { .. }, .. }))
}

/// What a request of an action carries: the parameters of an operation, or the properties of what it makes.
fn parameters(metadata: &Metadata, action: &Action) -> Result<BTreeMap<String, Property>, String> {
    let (name, on_collection) = match action.on {
        On::Each { operation, .. } => (operation, false),
        On::Together { path, .. } | On::Tenant { path } => {
            let name = path.rsplit('/').next().unwrap_or_default();
            (name, action.graph_type != "virtualEndpoint")
        }
    };
    let single = matches!(action.on, On::Each { .. });
    if makes_an_object(action) && !single {
        return Ok(metadata.properties(action.graph_type, action.version));
    }
    let operations = metadata.0[action.graph_type]["actions"].as_array();
    let found = operations.into_iter().flatten().find(|it| it["name"] == name);
    let found = found.ok_or_else(|| format!("{} has no action {name}", action.graph_type))?;
    if !in_version(&found["versions"], action.version) {
        return Err(format!("the version has no action {name}"));
    }
    if (found["onCollection"] == true) != on_collection {
        return Err(format!("{name} is called on something else"));
    }
    let parameters = found["parameters"].as_array().into_iter().flatten();
    Ok(parameters
        .map(|parameter| {
            let property = Property {
                r#type: type_in(parameter, action.version).to_owned(),
                collection: parameter["collection"] == true,
                read_only: false,
                navigation: false,
            };
            (parameter["name"].as_str().unwrap_or_default().to_owned(), property)
        })
        .collect())
}

fn disagreements(metadata: &Metadata, action: &Action) -> Vec<String> {
    let mut comparison =
        Comparison { metadata, version: action.version, managed: false, faults: Vec::new() };
    let parameters = match parameters(metadata, action) {
        Ok(parameters) => parameters,
        Err(fault) => return vec![format!("{}: {fault}", action.name)],
    };
    let mut given: Vec<&str> = action.arguments.iter().map(|it| it.property).collect();
    if let On::Together { parameter, .. } = action.on {
        given.push(parameter);
    }
    for name in &given {
        if !parameters.contains_key(*name) {
            comparison.fault(action.name, format!("there is no parameter {name}"));
        }
    }
    // Of what is made, the service gives most properties.
    let left = parameters.keys().filter(|name| !given.contains(&name.as_str()));
    for name in left.filter(|_| !makes_an_object(action)) {
        comparison.fault(action.name, format!("the parameter {name} cannot be given"));
    }
    for attribute in action.arguments {
        if let Some(property) = parameters.get(attribute.property) {
            let at = format!("{}.{}", action.name, attribute.property);
            comparison.kind(&at, attribute, property);
        }
    }
    comparison.variants(action.name, action.graph_type, action.kinds);
    comparison.faults
}

/// States that are waited for and that the metadata does not have, and those of the metadata that mean nothing here.
fn wrong_states(
    metadata: &Metadata,
    action: &Action,
    graph_type: &str,
    watch: &Watch,
) -> Vec<String> {
    let properties = metadata.properties(graph_type, watch.version);
    let Some(property) = properties.get(watch.wait.property) else {
        return vec![format!("{}: {graph_type} has no {}", action.name, watch.wait.property)];
    };
    let members = metadata.members(&property.r#type, watch.version);
    let states = [watch.wait.pending, watch.wait.done, watch.wait.failed].concat();
    let unknown = states.iter().filter(|state| !members.contains(state));
    let forgotten = members.iter().filter(|member| !states.contains(member));
    let unknown = unknown.map(|it| format!("{}: there is no state {it}", action.name));
    let forgotten = forgotten.map(|it| format!("{}: the state {it} means nothing", action.name));
    unknown.chain(forgotten).collect()
}

/// The type of what is looked at for the end.
fn looked_at(metadata: &Metadata, action: &Action, watch: &Watch) -> String {
    let function = match watch.look {
        Look::Log { function, .. } | Look::Function(function) => function,
        Look::Target(_) | Look::Made { .. } => return action.graph_type.to_owned(),
        Look::At { path, .. } => path.rsplit('/').next().unwrap_or_default(),
    };
    let name = function.split('(').next().unwrap_or(function);
    let functions = metadata.0[action.graph_type]["functions"].as_array();
    let found = functions.into_iter().flatten().find(|it| it["name"] == name);
    found.and_then(|it| it["returns"]["type"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn every_parameter_exists_and_can_be_given() {
    let metadata = Metadata::load();
    none(&ACTIONS.iter().flat_map(|it| disagreements(&metadata, it)).collect::<Vec<_>>());
}

#[test]
fn every_state_that_is_waited_for_exists_and_none_is_forgotten() {
    let metadata = Metadata::load();
    let mut faults = Vec::new();
    for action in ACTIONS {
        if let Some(watch) = &action.watch {
            let graph_type = looked_at(&metadata, action, watch);
            faults.extend(wrong_states(&metadata, action, &graph_type, watch));
        }
    }
    none(&faults);
}

#[test]
fn bulk_forms_take_what_they_carry() {
    let metadata = Metadata::load();
    let mut faults = Vec::new();
    for action in ACTIONS {
        let Some(Bulk { graph_type, parameter, carries, watch, .. }) = action.bulk else {
            continue;
        };
        let properties = metadata.properties(graph_type, watch.version);
        for name in carries.iter().chain([&parameter]) {
            if !properties.contains_key(*name) {
                faults.push(format!("{}: {graph_type} has no {name}", action.name));
            }
        }
        for name in carries {
            if !action.arguments.iter().any(|it| it.property == *name) {
                faults.push(format!("{}: there is no argument {name}", action.name));
            }
        }
        faults.extend(wrong_states(&metadata, action, graph_type, watch));
    }
    none(&faults);
}

#[test]
fn actions_have_names_words_and_permissions() {
    let mut faults = Vec::new();
    let mut last = "";
    for action in ACTIONS {
        let mut fault = |what: &str| faults.push(format!("{}: {what}", action.name));
        if action.name <= last {
            fault("is not in the order of names");
        }
        last = action.name;
        let source = action.reference.starts_with("https://learn.microsoft.com/");
        if !action.doc.ends_with('.') || !source {
            fault("lacks words or their source");
        }
        if action.access.delegated.is_empty() || action.minutes == 0 {
            fault("lacks permissions or time");
        }
        let own = action.arguments.iter().map(|it| names::attribute_name(it).into_owned());
        for name in own.chain(action.kinds.iter().map(|it| it.name.to_owned())) {
            if ["target_ids", "wait", "timeout"].contains(&name.as_str()) {
                fault("has an argument that is called like one of ours");
            }
        }
    }
    none(&faults);
}

#[test]
fn an_action_that_is_wrong_is_found_out() {
    static WRONG: Action = Action::each("wrong", "cloudPC", "/wrong", "thing", "rename")
        .arguments(&[boolean("displayName"), string("colour")]);
    static NOWHERE: Action = Action::each("wrong", "cloudPC", "/wrong", "thing", "fly");
    let metadata = Metadata::load();
    assert_eq!(
        disagreements(&metadata, &WRONG),
        [
            "wrong: there is no parameter colour",
            "wrong.displayName: Boolean here, Edm.String there",
        ]
    );
    assert_eq!(disagreements(&metadata, &NOWHERE), ["wrong: cloudPC has no action fly"]);
}
