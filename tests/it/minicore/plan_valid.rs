//! Whether a planned state respects the configuration.
//!
//! Source: `internal/plans/objchange/plan_valid.go` in hashicorp/terraform.

use std::collections::BTreeMap;

use super::schema::{Attribute, Block, NestedBlock, Nesting};
use super::value::Val;

/// Every way in which the plan takes a liberty that the schema does not allow.
pub(crate) fn assert_plan_valid(
    block: &Block,
    prior: &Val,
    config: &Val,
    planned: &Val,
) -> Vec<String> {
    let mut check = Check { faults: Vec::new() };
    check.block(block, prior, config, planned, "");
    check.faults
}

struct Check {
    faults: Vec<String>,
}

impl Check {
    fn fault(&mut self, place: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{}: {what}", if place.is_empty() { "." } else { place }));
    }

    fn block(&mut self, block: &Block, prior: &Val, config: &Val, planned: &Val, place: &str) {
        if planned.is_null() && !config.is_null() {
            return self.fault(place, "planned for absence but config wants existence");
        }
        if config.is_null() && !planned.is_null() {
            return self.fault(place, "planned for existence but config wants absence");
        }
        if planned.is_null() {
            return;
        }
        self.attributes(&block.attributes, prior, config, planned, place);
        for (name, nested) in &block.blocks {
            let place = format!("{place}.{name}");
            self.nested_block(
                nested,
                &prior.get(name),
                &config.get(name),
                &planned.get(name),
                &place,
            );
        }
    }

    fn nested_block(
        &mut self,
        nested: &NestedBlock,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
    ) {
        if config.is_unknown() {
            // A dynamic block whose number is not known yet.
            if !planned.is_unknown() && planned != prior {
                self.fault(place, format!("planned {planned:?} for unknown dynamic block"));
            }
            return;
        }
        if matches!(nested.nesting, Nesting::Single | Nesting::Group) {
            return self.block(&nested.block, prior, config, planned, place);
        }
        if planned.is_unknown() {
            return self.fault(place, "attribute representing nested block must not be unknown itself; set nested attribute values to unknown instead");
        }
        if planned.is_null() {
            return self.fault(place, "attribute representing nested blocks must be empty to indicate no blocks, not null");
        }
        let null = Val::Null;
        match nested.nesting {
            Nesting::List => {
                let (planned, config) = (planned.elements(), config.elements());
                if planned.len() != config.len() {
                    let (planned, config) = (planned.len(), config.len());
                    return self.fault(place, format!("block count in plan ({planned}) disagrees with count in config ({config})"));
                }
                for (index, (planned, config)) in planned.iter().zip(config).enumerate() {
                    let prior = prior.elements().get(index).unwrap_or(&null);
                    self.block(&nested.block, prior, config, planned, &format!("{place}[{index}]"));
                }
            }
            Nesting::Map => {
                self.same_keys(planned, config, place, "block");
                for (key, planned) in planned.entries() {
                    let (prior, config) = (prior.get(key), config.get(key));
                    if !config.is_null() {
                        self.block(
                            &nested.block,
                            &prior,
                            &config,
                            planned,
                            &format!("{place}[{key:?}]"),
                        );
                    }
                }
            }
            // Here Terraform never looks at the prior blocks: each planned one is right for a configured one, spelling included.
            _ => self.set(&null, config, planned, place, &|check, prior, config, planned| {
                check.block(&nested.block, prior, config, planned, "");
            }),
        }
    }

    fn attributes(
        &mut self,
        attributes: &BTreeMap<String, Attribute>,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
    ) {
        for (name, attribute) in attributes {
            let place = format!("{place}.{name}");
            self.attribute(
                attribute,
                &prior.get(name),
                &config.get(name),
                &planned.get(name),
                &place,
            );
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
    ) {
        if attribute.write_only {
            if !planned.is_null() {
                self.fault(place, "returned a value for the write-only attribute during planning");
            }
            return;
        }
        if planned == config || planned == prior && !prior.is_null() && !config.is_null() {
            return;
        }
        if attribute.computed && config.is_null() {
            return;
        }
        if let Some((nesting, attributes)) = &attribute.nested {
            return self.nested_attribute(*nesting, attributes, prior, config, planned, place);
        }
        if config.is_null() {
            return self
                .fault(place, format!("planned value {planned:?} for a non-computed attribute"));
        }
        let nor_prior =
            if prior.is_null() { String::new() } else { format!(" nor prior value {prior:?}") };
        self.fault(
            place,
            format!("planned value {planned:?} does not match config value {config:?}{nor_prior}"),
        );
    }

    fn nested_attribute(
        &mut self,
        nesting: Nesting,
        attributes: &BTreeMap<String, Attribute>,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
    ) {
        if planned.is_null() && !config.is_null() {
            return self.fault(place, "planned for absence but config wants existence");
        }
        if config.is_null() && !planned.is_null() {
            return self.fault(place, "planned for existence but config wants absence");
        }
        if config.is_unknown() {
            return self.fault(
                place,
                format!("planned value {planned:?} does not match config value (unknown)"),
            );
        }
        if planned.is_unknown() {
            return self.fault(place, "planned unknown for configured value");
        }
        if planned.is_null() {
            return;
        }
        let null = Val::Null;
        match nesting {
            Nesting::Single | Nesting::Group => {
                self.attributes(attributes, prior, config, planned, place)
            }
            Nesting::List => {
                let (planned, config) = (planned.elements(), config.elements());
                if planned.len() != config.len() {
                    let (planned, config) = (planned.len(), config.len());
                    return self.fault(
                        place,
                        format!(
                            "count in plan ({planned}) disagrees with count in config ({config})"
                        ),
                    );
                }
                for (index, (planned, config)) in planned.iter().zip(config).enumerate() {
                    let prior = prior.elements().get(index).unwrap_or(&null);
                    self.object(attributes, prior, config, planned, &format!("{place}[{index}]"));
                }
            }
            Nesting::Map => {
                self.same_keys(planned, config, place, "map");
                for (key, planned) in planned.entries() {
                    let (prior, config) = (prior.get(key), config.get(key));
                    if !config.is_null() {
                        self.object(
                            attributes,
                            &prior,
                            &config,
                            planned,
                            &format!("{place}[{key:?}]"),
                        );
                    }
                }
            }
            Nesting::Set => {
                self.set(prior, config, planned, place, &|check, prior, config, planned| {
                    check.object(attributes, prior, config, planned, "");
                })
            }
        }
    }

    /// An element of a nested attribute.
    fn object(
        &mut self,
        attributes: &BTreeMap<String, Attribute>,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
    ) {
        if planned == config {
            return;
        }
        self.nested_attribute(Nesting::Single, attributes, prior, config, planned, place);
    }

    /// Elements of a set have no names. Each one planned must be right for some element of the configuration, whatever prior
    /// element it continues. (Terraform itself is content with the count for nested attributes.)
    fn set(
        &mut self,
        prior: &Val,
        config: &Val,
        planned: &Val,
        place: &str,
        element: &dyn Fn(&mut Check, &Val, &Val, &Val),
    ) {
        let (planned, config) = (planned.elements(), config.elements());
        if planned.len() != config.len() {
            let (planned, config) = (planned.len(), config.len());
            return self.fault(
                place,
                format!("count in plan ({planned}) disagrees with count in config ({config})"),
            );
        }
        let priors: Vec<&Val> =
            prior.elements().iter().chain(std::iter::once(&Val::Null)).collect();
        let suits = |planned: &Val, config: &Val| {
            planned == config
                || priors.iter().any(|prior| {
                    let mut check = Check { faults: Vec::new() };
                    element(&mut check, prior, config, planned);
                    check.faults.is_empty()
                })
        };
        let mut unmatched: Vec<&Val> = config.iter().collect();
        for planned in planned {
            match unmatched.iter().position(|config| suits(planned, config)) {
                Some(index) => drop(unmatched.remove(index)),
                None => self.fault(place, format!("planned set element {planned:?} does not correlate with any element in config")),
            }
        }
    }

    fn same_keys(&mut self, planned: &Val, config: &Val, place: &str, what: &str) {
        for (key, _) in planned.entries() {
            if !config.entries().any(|(other, _)| other == key) {
                self.fault(place, format!("{what} key {key:?} from plan is not present in config"));
            }
        }
        for (key, _) in config.entries() {
            if !planned.entries().any(|(other, _)| other == key) {
                self.fault(place, format!("{what} key {key:?} from config is not present in plan"));
            }
        }
    }
}
