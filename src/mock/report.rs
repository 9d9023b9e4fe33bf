//! Reports: POST actions that only read and answer a table (pages `cloudpcreports-*` of the reference).
//!
//! The rows of a report lie in the store as objects below the report's own address. A property `@kind` tells for which `reportName` or
//! `reportType` a row is; other names are columns.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Problem};
use super::query::{self, Filter};
use super::store::Body;
use super::world::World;

/// Rows that a report gives when nobody says how many, and at most (page "cloudpcreports-getactionstatusreports").
const ROWS: (usize, usize) = (25, 100);

/// The table of a report. `path` is the report's address.
pub(crate) fn answer(world: &World, path: &str, parameters: &Body) -> Result<Answer, Problem> {
    let texts = |name: &str| -> Vec<String> {
        let items = parameters.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let kind = parameters.get("reportName").or_else(|| parameters.get("reportType"));
    let mut rows: Vec<((), Body)> = world
        .store
        .live(path)
        .filter(|(_, body)| match (body.get("@kind"), kind) {
            (Some(stored), Some(asked)) => stored == asked,
            _ => true,
        })
        .map(|(_, body)| ((), columns_of(body)))
        .collect();
    if let Some(filter) = parameters.get("filter").and_then(Value::as_str) {
        let filter = Filter::parse(filter)?;
        rows.retain(|(_, body)| filter.passes(body));
    }
    let (select, group_by) = (texts("select"), texts("groupBy"));
    // "If used, must have the same content as the select parameter."
    if !group_by.is_empty() && group_by != select {
        return Err(Problem::bad_request("groupBy and select must name the same columns."));
    }
    let order = texts("orderBy");
    if !order.is_empty() {
        query::sort_by(&order.join(","), &mut rows);
    }
    let columns = match select.is_empty() {
        false => select,
        true => rows.first().map(|(_, body)| body.keys().cloned().collect()).unwrap_or_default(),
    };
    let count = |name: &str| {
        parameters.get(name).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    };
    let (skip, top) = (count("skip").unwrap_or(0), count("top").unwrap_or(ROWS.0).min(ROWS.1));
    let cell = |body: &Body, column: &String| body.get(column).cloned().unwrap_or(Value::Null);
    let schema: Vec<Value> = columns
        .iter()
        .map(|column| {
            let sample = rows.iter().map(|(_, body)| cell(body, column)).find(|it| !it.is_null());
            json!({ "Column": column, "PropertyType": type_name(&sample.unwrap_or(Value::Null)) })
        })
        .collect();
    let values: Vec<Value> = rows
        .iter()
        .skip(skip)
        .take(top)
        .map(|(_, body)| columns.iter().map(|column| cell(body, column)).collect())
        .collect();
    let table = json!({ "TotalRowCount": rows.len(), "Schema": schema, "Values": values });
    // The reference shows a stream of bytes.
    Ok(Answer::json(200, table).with("content-type", "application/octet-stream"))
}

fn columns_of(body: &Body) -> Map<String, Value> {
    let column = |name: &str| !name.starts_with('@') && name != "id";
    body.iter()
        .filter(|(name, _)| column(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn type_name(sample: &Value) -> &'static str {
    match sample {
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(_) => "Int64",
        Value::Object(_) | Value::Array(_) => "Json",
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => "DateTime",
        _ => "String",
    }
}
