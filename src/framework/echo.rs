//! What the user configured comes back as configured. Data sources and ephemeral resources have no plan to be held to, but whoever
//! refers to their arguments expects to find them unchanged.

use super::level::{Level, NULL, Pairing, change_elements};
use super::meaning::{pair, same_object};
use crate::tf::Value;

/// The result with every configured value in it as it was configured.
pub(super) fn configured(level: Level<'_>, result: Value, config: &Value) -> Value {
    level.change(result, |member, result| {
        let config = config.get(member.name());
        let Some((nesting, below)) = member.nested() else {
            return if config.is_null() { result } else { config.clone() };
        };
        if result.is_null() && !config.is_null() {
            return config.clone();
        }
        let to_config: Pairing<'_> = &|results, configs| {
            let came_from = |result: &Value, config: &Value| {
                same_object(below, result, config, &|_, _, config| config.is_null())
            };
            pair(results, configs, &[&came_from])
        };
        change_elements(nesting, result, [config, &NULL], [to_config; 2], |result, [config, _]| {
            configured(below, result, config)
        })
    })
}
