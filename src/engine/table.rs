//! The data source of reports: one POST for each page, and a table of texts.
//!
//! The values of a column may be texts, numbers, moments or JSON, and which they are is only known when the report comes. Terraform wants
//! to know types before, so every value becomes a text. Source:
//! <https://learn.microsoft.com/graph/api/cloudpcreports-getactionstatusreports?view=graph-rest-beta>.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::connection::Connect;
use super::data_source::work;
use super::diagnose::{Failure, Verb};
use super::encode::Object;
use super::permission::Use;
use super::resource::{Shared, Work};
use super::{requests, schema};
use crate::framework::{Context, DataSource};
use crate::spec::{Entity, Report};
use crate::tf::{Diagnostic, Diagnostics, Number, Path, Schema, Value};

/// Rows of one page: the most that every report gives.
const PAGE: usize = 100;
/// Most pages of one report.
const PAGES: usize = 1_000;

/// The data source of the reports of an entity.
pub(super) struct Table {
    entity: &'static Entity,
    reports: &'static [Report],
    connection: Arc<dyn Connect>,
    shared: Arc<Shared>,
    schema: OnceLock<Schema>,
}

impl Table {
    pub(super) fn new(
        entity: &'static Entity,
        reports: &'static [Report],
        connection: Arc<dyn Connect>,
        shared: Arc<Shared>,
    ) -> Self {
        Table { entity, reports, connection, shared, schema: OnceLock::new() }
    }

    fn find(&self, name: &str) -> Option<&'static Report> {
        self.reports.iter().find(|report| report.name == name)
    }
}

#[async_trait]
impl DataSource for Table {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema::data_source(self.entity))
    }

    fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        for (name, least) in [("skip", 0), ("top", 1)] {
            if let Some(number) = config.get(name).as_number()
                && number.as_i64().is_none_or(|number| number < least)
            {
                let detail =
                    format!("`{name}` is a number of rows, {least} or more; {number} was given.");
                diags.push(
                    Diagnostic::error("Invalid number of rows", detail).at(Path::attribute(name)),
                );
            }
        }
        let Some(name) = config.get("name").as_str() else { return };
        let Some(report) = self.find(name) else {
            let known: Vec<&str> = self.reports.iter().map(|report| report.name).collect();
            let detail =
                format!("There is no report {name:?}. Those there are: {}.", known.join(", "));
            diags.push(Diagnostic::error("Unknown report", detail).at(Path::attribute("name")));
            return;
        };
        let Some(kind) = config.get("kind").as_str() else { return };
        let at = Path::attribute("kind");
        match report.kinds {
            None => {
                let detail = format!("The report {name} has no kinds: leave `kind` out.");
                diags.push(Diagnostic::error("Unknown kind of report", detail).at(at));
            }
            Some(kinds) if !kinds.choice.members.contains(&kind) => {
                let detail = format!(
                    "Known kinds of the report {name}: {}. {kind:?} may be newer than this provider, so the service is asked for it.",
                    kinds.choice.members.join(", ")
                );
                diags.push(Diagnostic::warning("Unknown kind of report", detail).at(at));
            }
            Some(_) => {}
        }
    }

    async fn read(&self, cx: &Context, config: Value) -> Result<(Value, Diagnostics), Diagnostics> {
        let name = config.get("name").as_str();
        let (connection, shared) = (self.connection.as_ref(), &self.shared);
        let work = work(self.entity, connection, shared, cx, Verb::Read, name).await?;
        let Some(report) = self.find(name.unwrap_or_default()) else {
            return Err(work.task.error("There is no such report.").into());
        };
        let page = rows(&work, report, &config).await?;
        let Value::Object(mut data) = config else { return Ok((config, Diagnostics::new())) };
        data.insert("columns".to_owned(), page.columns());
        data.insert("rows".to_owned(), page.rows());
        let total = page.total.map_or(Value::Null, |total| Value::Number(Number::from(total)));
        data.insert("total_row_count".to_owned(), total);
        Ok((Value::Object(data), work.warnings))
    }
}

/// What a report answered.
#[derive(Debug, Default, PartialEq)]
struct Page {
    /// Name and type of each column.
    columns: Vec<(String, String)>,
    rows: Vec<Vec<Json>>,
    /// Number of rows that there are in all, where it is told.
    total: Option<u64>,
}

impl Page {
    /// Reads an answer. `None` when it is no table.
    fn of(answer: &Json) -> Option<Page> {
        let column = |column: &Json| {
            let text = |name: &str| column.get(name).and_then(Json::as_str).map(str::to_owned);
            Some((text("Column")?, text("PropertyType").unwrap_or_default()))
        };
        let columns =
            answer.get("Schema")?.as_array()?.iter().map(column).collect::<Option<_>>()?;
        let row = |row: &Json| row.as_array().cloned();
        let rows = answer.get("Values")?.as_array()?.iter().map(row).collect::<Option<_>>()?;
        Some(Page { columns, rows, total: answer.get("TotalRowCount").and_then(Json::as_u64) })
    }

    fn columns(&self) -> Value {
        let column = |(name, r#type): &(String, String)| {
            Value::object([
                ("name", Value::from(name.as_str())),
                ("type", Value::from(r#type.as_str())),
            ])
        };
        Value::List(self.columns.iter().map(column).collect())
    }

    fn rows(&self) -> Value {
        let row = |row: &Vec<Json>| {
            let cells = self.columns.iter().zip(row);
            Value::Map(cells.map(|((name, _), cell)| (name.clone(), text(cell))).collect())
        };
        Value::List(self.rows.iter().map(row).collect())
    }
}

fn text(cell: &Json) -> Value {
    match cell {
        Json::Null => Value::Null,
        Json::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    }
}

/// The parameters of the action, without those of paging.
fn parameters(report: &Report, config: &Value) -> Object {
    let mut parameters = Object::new();
    let mut put = |parameter: &str, value: &Value| {
        let json = match value {
            Value::String(text) => json!(text),
            Value::List(texts) => texts.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        parameters.insert(parameter.to_owned(), json);
    };
    for (parameter, name) in [
        ("filter", "filter"),
        ("groupBy", "group_by"),
        ("orderBy", "order_by"),
        ("search", "search"),
        ("select", "select"),
    ] {
        put(parameter, config.get(name));
    }
    if let Some(kinds) = report.kinds {
        put(kinds.parameter, config.get("kind"));
    }
    parameters
}

/// The rows that are wanted, page by page: a report gives few rows unless it is asked for more, and a hundred at most.
async fn rows(work: &Work<'_>, report: &Report, config: &Value) -> Result<Page, Diagnostics> {
    let number = |name: &str| {
        let number = config.get(name).as_number().and_then(Number::as_u64);
        number.and_then(|number| usize::try_from(number).ok())
    };
    let (skip, top) = (number("skip").unwrap_or(0), number("top").unwrap_or(usize::MAX));
    let asked = parameters(report, config);
    let mut whole = Page::default();
    for _ in 0..PAGES {
        let wanted = top.saturating_sub(whole.rows.len()).min(PAGE);
        let mut parameters = asked.clone();
        parameters.insert("skip".to_owned(), json!(skip.saturating_add(whole.rows.len())));
        parameters.insert("top".to_owned(), json!(wanted));
        let request = requests::report(work.entity, report, parameters);
        let reply = work.operation.client.send(&work.operation.cx, &request).await;
        let reply = reply.map_err(|error| {
            work.task.report(&work.operation, None, &Failure::graph(error, Use::Read))
        })?;
        let Some(page) = Page::of(&reply.body) else {
            return Err(work
                .task
                .error("The service answered with something that is no report.")
                .into());
        };
        let came = page.rows.len();
        if whole.columns.is_empty() {
            whole.columns = page.columns;
        }
        whole.total = page.total.or(whole.total);
        whole.rows.extend(page.rows);
        let seen = skip.saturating_add(whole.rows.len());
        // Where the number of all rows is not told, a page that is not full is the last.
        let last = match whole.total.and_then(|total| usize::try_from(total).ok()) {
            Some(total) => seen >= total || came == 0,
            None => came < wanted,
        };
        if last || whole.rows.len() >= top {
            whole.rows.truncate(top);
            return Ok(whole);
        }
    }
    Err(work
        .task
        .error(format!(
            "The report has more than {} rows; ask for fewer with a filter or `top`.",
            PAGES * PAGE
        ))
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_any_kind_become_texts() {
        let answer = json!({
            "TotalRowCount": 1,
            "Schema": [
                {"Column": "Id", "PropertyType": "String"}, {"Column": "Count", "PropertyType": "Int64"},
                {"Column": "Good", "PropertyType": "Boolean"}, {"Column": "More", "PropertyType": "Json"},
                {"Column": "Never", "PropertyType": "DateTime"},
            ],
            "Values": [["a", 9_007_199_254_740_993_u64, true, {"plan": "p"}, null]],
        });
        let page = Page::of(&answer).unwrap();
        let text = |text: &str| Value::from(text);
        let row = [
            ("Id", text("a")),
            ("Count", text("9007199254740993")),
            ("Good", text("true")),
            ("More", text(r#"{"plan":"p"}"#)),
            ("Never", Value::Null),
        ];
        let row = row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(page.rows(), Value::List(vec![Value::Map(row)]));
        assert_eq!(page.total, Some(1));
    }

    #[test]
    fn what_is_no_table_is_found_out() {
        for answer in [
            json!([]),
            json!({"value": []}),
            json!({"Schema": [{}], "Values": []}),
            json!({"Schema": [], "Values": [{}]}),
        ] {
            assert_eq!(Page::of(&answer), None, "{answer}");
        }
    }
}
