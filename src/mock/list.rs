//! Lists and their pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem};
use super::call::Call;
use super::query::{self, Filter};
use super::read::{self, Wanted};
use super::rules::Set;
use super::store::{Body, Look};
use super::switches::{Mode, Paging};
use super::world::World;

/// What a next link remembers. Clients must not look inside.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    /// The place in the order of creation, or the number of objects before it when the list is sorted.
    after: u64,
    /// The next page is an empty one.
    empty: bool,
    /// Makes every link another one.
    turn: u64,
}

/// An object that the list sees.
struct Entry {
    id: String,
    number: u64,
}

/// GET of a collection.
pub(crate) fn list(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
) -> Result<Answer, Problem> {
    let wanted = read::wanted(world, call, set)?;
    let mut entries = entries(world, path);
    let refused = |option: &str| {
        Problem::bad_request(format!("The query option '{option}' is not supported."))
    };
    if let Some(text) = call.options.get("$filter") {
        match world.switches.filter {
            Mode::Refuse => return Err(refused("$filter")),
            Mode::Ignore => {}
            Mode::Honour => {
                let filter = Filter::parse(text)?;
                entries.retain(|(_, body)| filter.passes(body));
            }
        }
    }
    let mut sorted = false;
    if let Some(order) = call.options.get("$orderby") {
        match world.switches.order_by {
            Mode::Refuse => return Err(refused("$orderby")),
            Mode::Ignore => {}
            Mode::Honour => {
                query::sort_by(order, &mut entries);
                sorted = true;
            }
        }
    }
    if let Some(Ok(skip)) = call.options.get("$skip").map(|skip| skip.parse::<usize>()) {
        entries.drain(..skip.min(entries.len()));
    }
    for (position, (entry, _)) in entries.iter_mut().enumerate() {
        if sorted {
            entry.number = position as u64;
        }
    }
    let total = entries.len();
    let cursor = cursor(world, call)?;
    let size = page_size(world, call)?;
    let start = cursor.as_ref().map_or(0, |cursor| cursor.after);
    let empty = cursor.as_ref().is_some_and(|cursor| cursor.empty);
    let mut page: Vec<(Entry, Body)> =
        entries.into_iter().filter(|(entry, _)| entry.number >= start).collect();
    let remaining = page.len();
    let more = remaining > size;
    page.truncate(if empty { 0 } else { size });

    let next = Cursor {
        after: page.last().map_or(start, |(entry, _)| entry.number + 1),
        empty: false,
        turn: cursor.as_ref().map_or(1, |cursor| cursor.turn + 1),
    };
    let link = match world.switches.paging {
        Paging::EmptyPages if empty => (remaining > 0).then_some(next),
        Paging::EmptyPages => Some(Cursor { empty: true, ..next }),
        Paging::Cyclic => Some(Cursor { after: start, turn: 0, ..next }),
        Paging::Endless => Some(Cursor { after: 0, ..next }),
        _ => more.then_some(next),
    };
    let mut body = Map::new();
    body.insert("@odata.context".into(), read::context(world, call, path, &wanted, false));
    if cursor.is_none() && call.options.get("$count").is_some_and(|count| count == "true") {
        body.insert("@odata.count".into(), json!(total));
    }
    if let Some(link) = link {
        body.insert("@odata.nextLink".into(), json!(next_link(world, call, &link)));
    }
    body.insert("value".into(), Value::Array(shown(world, call, set, path, page, &wanted)));
    Ok(Answer::json(200, Value::Object(body)))
}

fn shown(
    world: &mut World,
    call: &Call,
    set: &'static Set,
    path: &str,
    page: Vec<(Entry, Body)>,
    wanted: &Wanted,
) -> Vec<Value> {
    page.into_iter()
        .map(|(entry, body)| {
            Value::Object(read::object(world, call, set, path, (&entry.id, &body), wanted))
        })
        .collect()
}

/// What a list sees of a collection.
fn entries(world: &mut World, path: &str) -> Vec<(Entry, Body)> {
    let mut look = Look {
        now: world.clock.now(),
        lag: world.switches.list_lag,
        flapping: world.switches.flapping,
        random: &mut world.choices,
    };
    world
        .store
        .all_mut(path)
        .iter_mut()
        .filter_map(|object| {
            let body = object.body.seen("list", &mut look).cloned().flatten()?;
            Some((Entry { id: object.id.clone(), number: object.number }, body))
        })
        .collect()
}

fn page_size(world: &World, call: &Call) -> Result<usize, Problem> {
    let most = world.switches.page_size.max(1);
    match call.options.get("$top").map(|top| top.parse::<usize>()) {
        None => Ok(most),
        Some(Ok(top)) if top > 0 => Ok(top.min(most)),
        Some(_) => Err(Problem::bad_request("Invalid value for the query option '$top'.")),
    }
}

fn cursor(world: &World, call: &Call) -> Result<Option<Cursor>, Problem> {
    let Some(token) = call.options.get("$skiptoken") else { return Ok(None) };
    if world.switches.paging == Paging::Expired {
        return Err(Problem::new(410, "Gone", "The skip token has expired."));
    }
    let cursor = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| Problem::bad_request("The skip token is not valid."))?;
    Ok(Some(cursor))
}

/// The next link: absolute, with the same query and the token (Graph page "Paging Microsoft Graph data in your app").
fn next_link(world: &World, call: &Call, cursor: &Cursor) -> String {
    let token = URL_SAFE_NO_PAD.encode(json!(cursor).to_string());
    let mut query: Vec<&str> = call
        .query
        .split('&')
        .filter(|pair| {
            !pair.is_empty()
                && !pair.starts_with("$skiptoken=")
                && !pair.starts_with("%24skiptoken=")
        })
        .collect();
    let token = format!("$skiptoken={token}");
    query.push(&token);
    let origin = match world.switches.paging {
        Paging::ForeignHost => "https://graph.attacker.example",
        _ => world.origin.as_str(),
    };
    format!("{origin}/{}{}?{}", call.address.version.segment(), call.address.path, query.join("&"))
}

/// A short list that fits one page.
pub(crate) fn page(world: &World, call: &Call, items: Vec<Value>) -> Answer {
    let context = read::context(world, call, &call.address.path, &Wanted::default(), false);
    Answer::json(200, json!({ "@odata.context": context, "value": items }))
}
