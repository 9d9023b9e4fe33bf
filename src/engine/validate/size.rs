//! How large a configuration may be: what is larger than an answer may be could never be read back.

use crate::graph::{LARGEST_BODY, LARGEST_COLLECTION, LONGEST_TEXT, MOST_OBJECTS};
use crate::tf::{Diagnostic, Diagnostics, Path, Value};

const SUMMARY: &str = "Too large";

/// Checks the size of every text and collection, and that of all together.
pub(super) fn check(config: &Value, diags: &mut Diagnostics) {
    let (mut whole, mut largest) = (0_usize, (0, Path::root()));
    let mut found = false;
    for (name, value) in config.entries().into_iter().flatten() {
        let at = Path::attribute(name.clone());
        let mut faults = Vec::new();
        let size = measure(value, &mut faults);
        found |= !faults.is_empty();
        faults.sort_unstable();
        faults.dedup();
        for fault in faults {
            diags.push(Diagnostic::error(SUMMARY, fault).at(at.clone()));
        }
        whole = whole.saturating_add(size);
        if size > largest.0 {
            largest = (size, at);
        }
    }
    if whole > LARGEST_BODY && !found {
        let detail = format!(
            "All values together are {whole} bytes long; at most {LARGEST_BODY} fit into one request. The largest is this one."
        );
        diags.push(Diagnostic::error(SUMMARY, detail).at(largest.1));
    }
}

/// The bytes of a value in a request, at the least.
fn measure(value: &Value, faults: &mut Vec<String>) -> usize {
    match value {
        Value::String(text) => {
            if text.len() > LONGEST_TEXT {
                faults.push(format!(
                    "The text is {} bytes long; at most {LONGEST_TEXT} can be read back from Microsoft Graph.",
                    text.len()
                ));
            }
            text.len() + 2
        }
        Value::Dynamic(dynamic) => measure(&dynamic.value, faults),
        Value::Object(entries) | Value::Map(entries) => {
            entries.values().map(|value| measure(value, faults)).sum()
        }
        other => {
            let elements = other.elements().unwrap_or_default();
            let objects = elements.first().is_some_and(|first| first.entries().is_some());
            let most = if objects { MOST_OBJECTS } else { LARGEST_COLLECTION };
            if elements.len() > most {
                faults.push(format!(
                    "There are {} elements; at most {most} can be read back from Microsoft Graph.",
                    elements.len()
                ));
            }
            elements.iter().map(|value| measure(value, faults) + 1).sum()
        }
    }
}
