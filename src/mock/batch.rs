//! JSON batching (Graph page "Combine multiple HTTP requests using JSON batching").

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem, Service};
use super::call::Call;
use super::service;
use super::world::World;

/// The most items in one batch.
const MOST: usize = 20;

/// Answers POST `/$batch`: 200 whatever the items say, in any order.
pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let items = match items(call) {
        Ok(items) => items,
        Err(problem) => return problem.by_graph().answer(Service::Graph, &call.trace),
    };
    let mut failed: BTreeSet<String> = BTreeSet::new();
    let mut responses = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let id = text(item, "id").to_ascii_lowercase();
        let depends = item.get("dependsOn").and_then(Value::as_array);
        let blocked = depends
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|dependency| failed.contains(&dependency.to_ascii_lowercase()));
        let number = u32::try_from(number).unwrap_or(u32::MAX) + 1;
        let every = world.switches.batch_throttle_every;
        let answer = if blocked {
            Problem::new(424, "FailedDependency", "A request that this one depends on failed.")
                .answer(Service::Graph, &call.trace)
        } else if every > 0 && number.is_multiple_of(every) {
            let wait = format!("{}.{:03}", 1 + world.choices.below(3), world.choices.below(1000));
            service::standard(429).with("Retry-After", wait).answer(Service::Graph, &call.trace)
        } else {
            item_answer(world, call, item)
        };
        if answer.status >= 400 {
            failed.insert(id);
        }
        responses.push(response(world, text(item, "id"), answer));
    }
    world.choices.shuffle(&mut responses);
    let every = usize::try_from(world.switches.batch_omit_every).unwrap_or(0);
    if every > 0 {
        let mut position = 0;
        responses.retain(|_| {
            position += 1;
            position % every != 0
        });
    }
    Answer::json(200, json!({ "responses": responses }))
}

fn text<'a>(item: &'a Map<String, Value>, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The items, if the batch is well formed.
fn items(call: &Call) -> Result<Vec<Map<String, Value>>, Problem> {
    let body = call.json_body()?;
    let Some(Value::Array(requests)) = body.get("requests") else {
        return Err(Problem::bad_request("The batch has no 'requests'."));
    };
    if requests.len() > MOST {
        return Err(Problem::bad_request(format!(
            "Number of batch request steps exceeds the maximum value of {MOST}."
        )));
    }
    let mut ids = BTreeSet::new();
    let mut items = Vec::new();
    for request in requests {
        let Value::Object(item) = request else {
            return Err(Problem::bad_request("A batch request is not an object."));
        };
        for name in ["id", "method", "url"] {
            if text(item, name).is_empty() {
                return Err(Problem::bad_request(format!("A batch request has no '{name}'.")));
            }
        }
        if !ids.insert(text(item, "id").to_ascii_lowercase()) {
            return Err(Problem::bad_request("Two batch requests have one id."));
        }
        items.push(item.clone());
    }
    let known = |id: &Value| id.as_str().is_some_and(|id| ids.contains(&id.to_ascii_lowercase()));
    let dangling = items.iter().filter_map(|item| item.get("dependsOn")?.as_array()).flatten();
    if !dangling.into_iter().all(known) {
        return Err(Problem::bad_request("A batch request depends on an id that is not there."));
    }
    Ok(items)
}

fn item_answer(world: &mut World, call: &Call, item: &Map<String, Value>) -> Answer {
    let refuse = |problem: Problem| problem.by_graph().answer(Service::Graph, &call.trace);
    let url = text(item, "url");
    if !url.starts_with('/') || url.starts_with("/v1.0/") || url.starts_with("/beta/") {
        return refuse(Problem::bad_request(
            "The url of a batch request is relative to the version.",
        ));
    }
    if url.eq_ignore_ascii_case("/$batch") {
        return refuse(Problem::bad_request("A batch cannot be in a batch."));
    }
    let mut one = match call.item(text(item, "method"), url) {
        Ok(one) => one,
        Err(problem) => return refuse(problem),
    };
    one.headers = headers(item);
    one.headers.entry("user-agent".into()).or_insert_with(|| call.header("user-agent").to_owned());
    if let Some(body) = item.get("body") {
        if one.header("content-type").is_empty() {
            return refuse(Problem::bad_request(
                "Write request has a body and needs the header Content-Type.",
            ));
        }
        one.body = match body {
            Value::String(text) => base64::engine::general_purpose::STANDARD
                .decode(text)
                .unwrap_or_else(|_| text.clone().into_bytes()),
            body => body.to_string().into_bytes(),
        };
    } else if one.method == "POST" {
        return refuse(Problem::bad_request("Write request does not contain a body."));
    }
    service::answer(world, &one)
}

fn headers(item: &Map<String, Value>) -> BTreeMap<String, String> {
    let given = item.get("headers").and_then(Value::as_object);
    given
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))
        .collect()
}

fn response(world: &mut World, id: &str, answer: Answer) -> Value {
    let mut headers = Map::new();
    for (name, value) in answer.headers {
        // Names come in any case.
        let name = if world.choices.below(2) == 0 { name } else { name.to_ascii_lowercase() };
        headers.insert(name, json!(value));
    }
    let mut response = json!({ "id": id, "status": answer.status });
    if let Some(body) = answer.body {
        headers.insert("Content-Type".into(), json!("application/json"));
        response["body"] = body;
    }
    response["headers"] = Value::Object(headers);
    response
}
