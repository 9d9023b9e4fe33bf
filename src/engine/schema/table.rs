//! The schema of reports: what is asked for, and a table of texts.

use super::{plain, prose, schema};
use crate::spec::{Entity, Report};
use crate::tf::{self, Mode, Nesting, Type};

/// Schema of the data source of reports.
pub(super) fn schema_of(entity: &'static Entity, reports: &'static [Report]) -> tf::Schema {
    let texts = || Type::list(Type::String);
    let optional = |name: &'static str, r#type: Type| plain(name, r#type, Mode::Optional);
    let column = vec![
        plain("name", Type::String, Mode::Computed).described("Name of the column."),
        plain("type", Type::String, Mode::Computed)
            .described("What it holds, such as `String`, `Int64` or `DateTime`."),
    ];
    let columns = tf::Kind::Nested(Nesting::List, column);
    let attributes = vec![
        tf::Attribute::new("columns", columns, Mode::Computed)
            .described("The columns, in the order of the report."),
        optional("filter", Type::String).described(
            "OData filter on columns, which the report applies. Which comparisons it knows is told on its page in Microsoft's reference.",
        ),
        optional("group_by", texts())
            .described("Columns to group by; the same as `select` where both are set."),
        optional("kind", Type::String).described(
            "Kind of the report, for those that have several; sent as `reportName` or `reportType`.",
        ),
        plain("name", Type::String, Mode::Required).described(prose::reports(reports)),
        optional("order_by", texts()).described("Columns to sort by, each with `desc` after it for the other way round."),
        plain("rows", Type::list(Type::map(Type::String)), Mode::Computed).described(
            "The rows, in the order of the report. Each is a map from columns to values, written as text; what is no plain value is JSON.",
        ),
        optional("search", Type::String).described("Text to search for."),
        optional("select", texts()).described("Columns to show; all by default."),
        optional("skip", Type::Number).described("Number of rows to leave out at the start."),
        optional("top", Type::Number)
            .described("Greatest number of rows; all by default, asked for page by page."),
        plain("total_row_count", Type::Number, Mode::Computed)
            .described("Number of rows that the report has, shown or not."),
    ];
    schema(attributes, prose::table(entity))
}
