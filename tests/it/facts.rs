//! The descriptions of entities against Microsoft's metadata: every property of theirs is one of Graph's, of the right type, and every
//! property of Graph's is served or left out for a reason.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use windows365::entities;
use windows365::spec::*;

/// The excerpt of Microsoft's metadata that the mock answers by.
const METADATA: &str = include_str!("../../src/mock/metadata.json");

struct Facts {
    types: Json,
    version: &'static str,
    faults: Vec<String>,
}

impl Facts {
    fn is_there(&self, thing: &Json) -> bool {
        let versions = thing.get("versions").and_then(Json::as_array);
        versions.is_none_or(|versions| versions.iter().any(|version| version == self.version))
    }

    /// A type and what it inherits from.
    fn line<'a>(&'a self, name: &str) -> Vec<&'a Json> {
        let mut line = Vec::new();
        let mut next = self.types.get(name);
        while let Some(found) = next {
            line.push(found);
            next = found["base"].as_str().and_then(|base| self.types.get(base));
        }
        line
    }

    fn property(&self, of: &str, property: &str) -> Option<Json> {
        let mut places =
            self.line(of).into_iter().flat_map(|it| [&it["properties"], &it["navigation"]]);
        let found = places.find_map(|place| place.get(property)).filter(|it| self.is_there(it));
        found.cloned()
    }

    fn properties(&self, of: &str) -> BTreeSet<String> {
        let properties = self.line(of).into_iter().filter_map(|it| it["properties"].as_object());
        let there = properties.flatten().filter(|(_, property)| self.is_there(property));
        there.map(|(name, _)| name.clone()).collect()
    }

    /// One object: what it has, and what it lacks. `at` is the dotted path to it.
    fn object(&mut self, entity: &Entity, of: &str, attributes: &[Attribute], at: &str) {
        if self.types.get(of).is_none() {
            self.faults.push(format!("{}: {of} is no type", entity.name));
            return;
        }
        let mut served = BTreeSet::new();
        for attribute in attributes {
            served.insert(attribute.property.to_owned());
            let mut of = of.to_owned();
            if let Stored::Inside(levels) = attribute.stored {
                for level in levels {
                    served.insert(level.property.to_owned());
                    let inner = self.property(&of, level.property).unwrap_or_default();
                    of = inner["type"].as_str().unwrap_or_default().to_owned();
                }
            }
            let path = format!("{at}{}", attribute.property);
            match self.property(&of, attribute.property) {
                Some(property) => self.attribute(entity, attribute, &property, &path),
                None => self.faults.push(format!("{}: {path} is no property of {of}", entity.name)),
            }
        }
        let left_out = |name: &str| {
            entity.left_out.iter().any(|left_out| left_out.property == format!("{at}{name}"))
        };
        for name in self.properties(of) {
            if name != "id" && !served.contains(&name) && !left_out(&name) {
                self.faults.push(format!(
                    "{}: {at}{name} is not served, and no reason is given",
                    entity.name
                ));
            }
        }
    }

    fn attribute(&mut self, entity: &Entity, attribute: &Attribute, property: &Json, path: &str) {
        let graph_type = match (self.version, property["betaType"].as_str()) {
            ("beta", Some(beta)) => beta,
            _ => property["type"].as_str().unwrap_or_default(),
        }
        .to_owned();
        let is_collection = property["collection"] == Json::Bool(true);
        let collects = matches!(attribute.kind, Kind::List(_) | Kind::Set(_));
        let by_reference = matches!(attribute.stored, Stored::Bind { .. });
        if is_collection != collects && !by_reference {
            self.faults.push(format!("{}: {path} is one value and a collection", entity.name));
        }
        let below = format!("{path}.");
        match &attribute.kind {
            _ if by_reference => {}
            Kind::Scalar(scalar)
            | Kind::List(Element::Scalar(scalar))
            | Kind::Set(Element::Scalar(scalar)) => self.scalar(entity, scalar, &graph_type, path),
            Kind::Flags(choice) => self.choice(entity, choice, &graph_type, path),
            Kind::Object(Fields { attributes, .. })
            | Kind::List(Element::Object(Fields { attributes, .. }))
            | Kind::Set(Element::Object(Fields { attributes, .. })) => {
                self.object(entity, &graph_type, attributes, &below);
            }
            Kind::Union(variants)
            | Kind::List(Element::Union(variants))
            | Kind::Set(Element::Union(variants)) => self.variants(entity, variants, &below),
        }
    }

    fn variants(&mut self, entity: &Entity, variants: &[Variant], below: &str) {
        for variant in variants {
            self.object(entity, variant.graph_type, variant.attributes, below);
        }
    }

    fn scalar(&mut self, entity: &Entity, scalar: &Scalar, graph_type: &str, path: &str) {
        let fits = match scalar {
            Scalar::String => graph_type == "Edm.String",
            Scalar::Guid => matches!(graph_type, "Edm.Guid" | "Edm.String"),
            Scalar::Boolean => graph_type == "Edm.Boolean",
            Scalar::Int32 => graph_type == "Edm.Int32",
            Scalar::Int64 => graph_type == "Edm.Int64",
            Scalar::Double => matches!(graph_type, "Edm.Double" | "Edm.Single"),
            Scalar::DateTime => graph_type == "Edm.DateTimeOffset",
            Scalar::Date => graph_type == "Edm.Date",
            Scalar::TimeOfDay => graph_type == "Edm.TimeOfDay",
            Scalar::Duration => graph_type == "Edm.Duration",
            Scalar::Binary => graph_type == "Edm.Binary",
            Scalar::Choice(choice) => return self.choice(entity, choice, graph_type, path),
        };
        if !fits {
            self.faults.push(format!("{}: {path} is {graph_type}, not {scalar:?}", entity.name));
        }
    }

    fn choice(&mut self, entity: &Entity, choice: &Choice, graph_type: &str, path: &str) {
        if choice.graph_type != graph_type {
            self.faults.push(format!(
                "{}: {path} is {graph_type}, not {}",
                entity.name, choice.graph_type
            ));
        }
        let members: Vec<&str> = ["members", "betaMembers"]
            .iter()
            .flat_map(|key| self.types[graph_type][key].as_array().into_iter().flatten())
            .filter_map(Json::as_str)
            .collect();
        for member in choice.members {
            if !members.contains(member) {
                self.faults.push(format!("{}: {path} has no member {member}", entity.name));
            }
        }
    }
}

fn faults(entity: &Entity) -> Vec<String> {
    let version = match entity.version {
        Version::V1 => "v1.0",
        Version::Beta => "beta",
    };
    let types = serde_json::from_str(METADATA).unwrap();
    let mut facts = Facts { types, version, faults: Vec::new() };
    facts.object(entity, entity.graph_type, entity.attributes, "");
    facts.variants(entity, entity.family, "");
    facts.faults
}

#[test]
fn a_description_that_is_wrong_is_found_out() {
    static SKIES: Choice = Choice::open("cloudPcGalleryImageStatus", &["blue"]);
    static WRONG: Entity =
        Entity::collection("wrong", "cloudPcGalleryImage", "/wrong").attributes(&[
            string("displayName"),
            string("sizeInGB"),
            strings("osVersionNumber"),
            choice("status", &SKIES),
            string("offer"),
            date("startDate"),
            date("endDate"),
            date("expirationDate"),
            string("publisherName"),
            string("offerName"),
        ]);
    let expected = [
        "wrong: sizeInGB is Edm.Int32, not String",
        "wrong: osVersionNumber is one value and a collection",
        "wrong: status has no member blue",
        "wrong: offer is no property of cloudPcGalleryImage",
        "wrong: skuName is not served, and no reason is given",
    ];
    assert_eq!(faults(&WRONG), expected);
}

#[test]
fn every_description_agrees_with_the_metadata() {
    let faults: Vec<String> = entities::ALL.iter().flat_map(|entity| faults(entity)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
