//! Families whose members disturb one another: their writes take turns.

use serde_json::json;

use super::bench::Bench;
use super::tenant::Fault;
use super::{RANKED, UNIQUE};
use crate::graph::scripted::Answer;
use crate::spec::Entity;

/// The writes of two creates at the same time, of which the first waits in its second step.
async fn writes_of_two(entity: &'static Entity, step: &'static str) -> Vec<String> {
    let bench = Bench::new(entity);
    bench.tenant.on(
        2,
        "POST",
        step,
        Fault::Instead(Answer::error(409, "Conflict", "Another write is under way.")),
    );
    let (one, other) = (bench.sibling(), bench.sibling());
    let ((one, said), (other, also_said)) = tokio::join!(
        one.apply(json!({"display_name": "One"})),
        other.apply(json!({"display_name": "Other"})),
    );
    assert_eq!(said + &also_said, "");
    assert_eq!((one.get("id").as_str(), other.get("id").as_str()), (Some("id-1"), Some("id-2")));
    bench.tenant.sent().into_iter().filter(|line| !line.starts_with("GET")).collect()
}

#[tokio::test(start_paused = true)]
async fn f72_writes_in_a_serial_family_never_overlap() {
    let writes = writes_of_two(&RANKED, "/rankeds/id-1/publish").await;
    let publish = "POST /rankeds/id-1/publish";
    let expected =
        ["POST /rankeds", publish, publish, publish, "POST /rankeds", "POST /rankeds/id-2/publish"];
    assert_eq!(writes, expected);

    // Others do not wait for one another.
    let writes = writes_of_two(&UNIQUE, "/uniques/id-1/publish").await;
    assert_eq!(writes[..2], ["POST /uniques", "POST /uniques"]);
}
