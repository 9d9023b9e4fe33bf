//! Every description against Microsoft's published metadata: the two ledgers were written apart and meet here.

mod actions;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use windows365::engine::names;
use windows365::entities::{ALL, drafts::DRAFTS};
use windows365::spec::*;

/// The excerpt of the metadata that the mock serves from.
struct Metadata(Map<String, Json>);

/// One property of the metadata, those of base types included.
#[derive(Clone)]
struct Property {
    r#type: String,
    collection: bool,
    read_only: bool,
    navigation: bool,
}

impl Metadata {
    fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mock/metadata.json");
        let text = std::fs::read_to_string(path).expect("the metadata lies beside the mock");
        let Json::Object(types) = serde_json::from_str(&text).expect("JSON") else {
            panic!("an object of types")
        };
        Metadata(types)
    }

    fn kind(&self, name: &str) -> &str {
        self.0.get(name).and_then(|it| it["kind"].as_str()).unwrap_or("")
    }

    fn properties(&self, name: &str, version: Version) -> BTreeMap<String, Property> {
        let Some(described) = self.0.get(name) else { return BTreeMap::new() };
        let mut found = match described["base"].as_str() {
            Some(base) => self.properties(base, version),
            None => BTreeMap::new(),
        };
        for (member, navigation) in [("properties", false), ("navigation", true)] {
            for (name, property) in described[member].as_object().into_iter().flatten() {
                if in_version(&property["versions"], version) {
                    let flag = |name: &str| property[name].as_bool() == Some(true);
                    found.insert(
                        name.clone(),
                        Property {
                            r#type: type_in(property, version).to_owned(),
                            collection: flag("collection"),
                            read_only: flag("readOnly"),
                            navigation,
                        },
                    );
                }
            }
        }
        found
    }

    /// Members that may be written, the sentinel excluded.
    fn members(&self, name: &str, version: Version) -> Vec<&str> {
        let described = &self.0[name];
        let beta_only: Vec<&str> = described["betaMembers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let all = described["members"].as_array().into_iter().flatten().filter_map(Json::as_str);
        all.filter(|it| *it != "unknownFutureValue")
            .filter(|it| version == Version::Beta || !beta_only.contains(it))
            .collect()
    }
}

/// The type of a property, which beta may have changed.
fn type_in(property: &Json, version: Version) -> &str {
    let beta = property["betaType"].as_str().filter(|_| version == Version::Beta);
    beta.or(property["type"].as_str()).unwrap_or_default()
}

fn in_version(versions: &Json, version: Version) -> bool {
    let wanted = if version == Version::Beta { "beta" } else { "v1.0" };
    versions.as_array().is_none_or(|versions| versions.iter().any(|it| it == wanted))
}

/// Properties that the metadata calls read-only and that are sent all the same, with the reason.
const SENT_ALL_THE_SAME: &[(&str, &str)] = &[
    // The reference's own examples send it.
    ("cloudPcDomainJoinConfiguration", "regionGroup"),
    // Given at creation, then fixed.
    ("cloudPcExternalPartner", "partnerId"),
    ("cloudPcCloudApp", "discoveredAppName"),
    ("cloudPcCloudApp", "provisioningPolicyId"),
    ("cloudPcFilePathAppDetail", "filePath"),
    ("cloudPcAutomaticDiscoveredAppDetail", "filePath"),
    ("cloudPcDeviceImage", "displayName"),
    ("cloudPcDeviceImage", "version"),
    ("cloudPcDeviceImage", "sourceImageResourceId"),
];

/// Compares one entity, and collects what does not agree.
struct Comparison<'m> {
    metadata: &'m Metadata,
    version: Version,
    /// Whether anything of it is ever written.
    managed: bool,
    faults: Vec<String>,
}

impl Comparison<'_> {
    fn fault(&mut self, at: &str, problem: impl std::fmt::Display) {
        self.faults.push(format!("{at}: {problem}"));
    }

    fn object(&mut self, at: &str, graph_type: &str, attributes: &[Attribute]) {
        if self.metadata.kind(graph_type).is_empty() {
            return self.fault(at, format!("the metadata has no type {graph_type}"));
        }
        let properties = self.metadata.properties(graph_type, self.version);
        for attribute in attributes {
            let at = format!("{at}.{}", attribute.property);
            let Some(property) = self.property(&at, graph_type, attribute, &properties) else {
                continue;
            };
            let sent = SENT_ALL_THE_SAME.contains(&(graph_type, attribute.property));
            if self.managed
                && property.read_only
                && attribute.presence != Presence::ReadOnly
                && !sent
            {
                self.fault(&at, "is read-only in the metadata");
            }
            self.kind(&at, attribute, &property);
        }
    }

    fn property(
        &mut self,
        at: &str,
        graph_type: &str,
        attribute: &Attribute,
        properties: &BTreeMap<String, Property>,
    ) -> Option<Property> {
        let mut properties = properties.clone();
        let mut graph_type = graph_type.to_owned();
        if let Stored::Inside(levels) = attribute.stored {
            for level in levels {
                let Some(next) = properties.get(level.property).cloned() else {
                    self.fault(at, format!("{graph_type} has no property {}", level.property));
                    return None;
                };
                if next.collection != level.collection {
                    self.fault(at, format!("{} is another kind of level", level.property));
                }
                properties = self.metadata.properties(&next.r#type, self.version);
                graph_type = next.r#type;
            }
        }
        let found = properties.get(attribute.property).cloned();
        if found.is_none() {
            self.fault(at, format!("{graph_type} has no property {}", attribute.property));
        }
        found
    }

    fn kind(&mut self, at: &str, attribute: &Attribute, property: &Property) {
        let collection = matches!(attribute.kind, Kind::List(_) | Kind::Set(_));
        if collection != property.collection {
            self.fault(at, "one is a collection, the other is not");
        }
        match &attribute.kind {
            Kind::Scalar(_) if matches!(attribute.stored, Stored::Bind { .. }) => {
                if !property.navigation {
                    self.fault(at, "is no navigation");
                }
            }
            Kind::Scalar(scalar)
            | Kind::List(Element::Scalar(scalar))
            | Kind::Set(Element::Scalar(scalar)) => {
                self.scalar(at, scalar, &property.r#type);
            }
            Kind::Flags(choice) => self.choice(at, choice, &property.r#type, true),
            Kind::Object(fields)
            | Kind::List(Element::Object(fields))
            | Kind::Set(Element::Object(fields)) => {
                self.object(at, &property.r#type, fields.attributes);
            }
            Kind::Union(variants)
            | Kind::List(Element::Union(variants))
            | Kind::Set(Element::Union(variants)) => {
                self.variants(at, &property.r#type, variants);
            }
        }
    }

    fn variants(&mut self, at: &str, base: &str, variants: &[Variant]) {
        for variant in variants {
            let at = format!("{at}.{}", variant.name);
            let name = shortened(variant.graph_type, base);
            if variant.name != name {
                self.fault(&at, format!("should be called {name}"));
            }
            self.object(&at, variant.graph_type, variant.attributes);
        }
    }

    fn scalar(&mut self, at: &str, scalar: &Scalar, graph_type: &str) {
        let fits = match scalar {
            Scalar::Choice(choice) => return self.choice(at, choice, graph_type, false),
            // An enumeration that only the service writes may be shown as plain text.
            Scalar::String => {
                graph_type == "Edm.String" || self.metadata.kind(graph_type) == "enum"
            }
            Scalar::Guid => matches!(graph_type, "Edm.String" | "Edm.Guid"),
            Scalar::Boolean => graph_type == "Edm.Boolean",
            Scalar::Int32 => graph_type == "Edm.Int32",
            Scalar::Int64 => graph_type == "Edm.Int64",
            Scalar::Double => graph_type == "Edm.Double",
            Scalar::DateTime => graph_type == "Edm.DateTimeOffset",
            Scalar::Date => graph_type == "Edm.Date",
            Scalar::TimeOfDay => graph_type == "Edm.TimeOfDay",
            Scalar::Duration => graph_type == "Edm.Duration",
            Scalar::Binary => graph_type == "Edm.Binary",
        };
        if !fits {
            self.fault(at, format!("{scalar:?} here, {graph_type} there"));
        }
    }

    fn choice(&mut self, at: &str, choice: &Choice, graph_type: &str, flags: bool) {
        if choice.graph_type != graph_type {
            return self.fault(at, format!("{} here, {graph_type} there", choice.graph_type));
        }
        if (self.metadata.0[graph_type]["flags"] == true) != flags {
            self.fault(at, "one is a set of flags, the other is not");
        }
        for member in choice.members {
            if !self.metadata.members(graph_type, self.version).contains(member) {
                self.fault(at, format!("the metadata has no member {member}"));
            }
        }
    }

    /// The values that are waited for exist, and the codes of bad ends are explained, each of them.
    fn wait(&mut self, entity: &Entity) {
        let Some(wait) = entity.wait else { return };
        let properties = self.metadata.properties(entity.graph_type, self.version);
        let Some(status) = properties.get(wait.property) else {
            return self.fault(entity.name, format!("there is no property {}", wait.property));
        };
        let members = self.metadata.members(&status.r#type, self.version);
        let ends = [wait.done, wait.failed].concat();
        for value in [&ends, wait.pending].concat() {
            if !members.contains(&value) {
                self.fault(entity.name, format!("waits for {value}, which is no member"));
            }
        }
        for value in wait.warned.iter().filter(|it| !wait.done.contains(it)) {
            self.fault(entity.name, format!("warns of {value}, which is no good end"));
        }
        let Reason::Code(property, meanings) = wait.reason else { return };
        let Some(found) = properties.get(property) else {
            return self.fault(entity.name, format!("there is no property {property}"));
        };
        let mut members = self.metadata.members(&found.r#type, self.version);
        let mut explained: Vec<&str> = meanings.iter().map(|(code, _)| *code).collect();
        members.sort_unstable();
        explained.sort_unstable();
        if members != explained {
            self.fault(entity.name, format!("{property}: {explained:?} here, {members:?} there"));
        }
    }

    /// Everything that the metadata has is served, or left out with a reason.
    fn complete(&mut self, entity: &Entity) {
        let mut unused: Vec<&str> = entity.left_out.iter().map(|it| it.property).collect();
        self.complete_object(entity.name, "", entity.graph_type, entity.attributes, &mut unused);
        for property in unused {
            self.fault(
                entity.name,
                format!("{property} is left out, but the metadata has no such property"),
            );
        }
    }

    fn complete_object(
        &mut self,
        at: &str,
        path: &str,
        graph_type: &str,
        attributes: &[Attribute],
        unused: &mut Vec<&str>,
    ) {
        for (name, property) in self.metadata.properties(graph_type, self.version) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let left_out = unused.iter().position(|it| *it == path);
            if let Some(position) = left_out {
                unused.remove(position);
                continue;
            }
            if name == "id" || property.navigation {
                continue;
            }
            let level = |it: &&Attribute| match it.stored {
                Stored::Inside([first, ..]) => first.property == name,
                _ => false,
            };
            if attributes.iter().any(|it| level(&it)) {
                let deeper: Vec<Attribute> =
                    attributes.iter().filter(level).map(|it| one_level_deeper(*it)).collect();
                self.complete_object(at, &path, &property.r#type, &deeper, unused);
                continue;
            }
            let Some(attribute) = attributes.iter().find(|it| it.property == name) else {
                self.fault(at, format!("{path} is neither served nor left out with a reason"));
                continue;
            };
            self.complete_members(at, &path, attribute);
            match &attribute.kind {
                Kind::Object(fields)
                | Kind::List(Element::Object(fields))
                | Kind::Set(Element::Object(fields)) => {
                    self.complete_object(at, &path, &property.r#type, fields.attributes, unused);
                }
                Kind::Union(variants) => {
                    for variant in *variants {
                        self.complete_object(
                            at,
                            &path,
                            variant.graph_type,
                            variant.attributes,
                            unused,
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// What may be written has all its members, so that none of them is a warning.
    fn complete_members(&mut self, at: &str, path: &str, attribute: &Attribute) {
        if !self.managed {
            return;
        }
        let (Kind::Scalar(Scalar::Choice(choice)) | Kind::Flags(choice)) = &attribute.kind else {
            return;
        };
        for member in self.metadata.members(choice.graph_type, self.version) {
            if !choice.members.contains(&member) {
                self.faults.push(format!("{at}: {path} lacks the member {member}"));
            }
        }
    }
}

fn one_level_deeper(mut attribute: Attribute) -> Attribute {
    attribute.stored = match attribute.stored {
        Stored::Inside([_, deeper @ ..]) if !deeper.is_empty() => Stored::Inside(deeper),
        _ => Stored::Body,
    };
    attribute
}

/// A subtype's name without the words that it shares with its base type at either end.
fn shortened(subtype: &str, base: &str) -> String {
    let words = |name: &str| -> Vec<String> {
        names::snake_case(name).split('_').map(str::to_owned).collect()
    };
    let (subtype, base) = (words(subtype), words(base));
    let start = subtype.iter().zip(&base).take_while(|(a, b)| a == b).count();
    let end = subtype.iter().rev().zip(base.iter().rev()).take_while(|(a, b)| a == b).count();
    let end = end.min(base.len().saturating_sub(start));
    subtype[start..subtype.len() - end].join("_")
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What of a description does not agree with the metadata.
fn disagreements(metadata: &Metadata, entity: &Entity) -> Vec<String> {
    match entity.place {
        Place::Function(Function { answers: Answers::Texts, .. }) => return Vec::new(),
        Place::Function(Function { answers: Answers::Tables(reports), .. }) => {
            return wrong_reports(metadata, entity, reports);
        }
        _ => {}
    }
    let (version, managed) = (entity.version, entity.managed);
    let mut comparison = Comparison { metadata, version, managed, faults: Vec::new() };
    comparison.object(entity.name, entity.graph_type, entity.attributes);
    comparison.variants(entity.name, entity.graph_type, entity.family);
    comparison.wait(entity);
    comparison.faults
}

/// What of the metadata a description neither serves nor leaves out with a reason.
fn gaps(metadata: &Metadata, entity: &Entity) -> Vec<String> {
    if let Place::Function(Function { answers: Answers::Texts | Answers::Tables(_), .. }) =
        entity.place
    {
        return Vec::new();
    }
    let (version, managed) = (entity.version, entity.managed);
    let mut comparison = Comparison { metadata, version, managed, faults: Vec::new() };
    comparison.complete(entity);
    comparison.faults
}

/// Reports that the metadata does not have so: their actions, the parameters that every one of them takes, and their kinds.
fn wrong_reports(metadata: &Metadata, entity: &Entity, reports: &[Report]) -> Vec<String> {
    let mut faults = Vec::new();
    for report in reports {
        let home =
            if report.home.ends_with("/reports") { "cloudPcReports" } else { "cloudPcReport" };
        let actions = metadata.0[home]["actions"].as_array().unwrap();
        let Some(action) = actions.iter().find(|it| it["name"] == report.name) else {
            faults.push(format!("{}: {home} has no action {}", entity.name, report.name));
            continue;
        };
        let parameter = |name: &str| {
            let parameters = action["parameters"].as_array().into_iter().flatten();
            parameters.filter(|it| it["name"] == name).find_map(|it| it["type"].as_str())
        };
        for name in ["filter", "groupBy", "orderBy", "search", "select", "skip", "top"] {
            if parameter(name).is_none() {
                faults.push(format!("{}: no parameter {name}", report.name));
            }
        }
        let kinds = report.kinds.map(|it| (parameter(it.parameter), it.choice));
        let has_kinds = ["reportName", "reportType"].iter().any(|it| parameter(it).is_some());
        match kinds {
            None if has_kinds => faults.push(format!("{}: has kinds", report.name)),
            Some((r#type, choice)) if r#type != Some(choice.graph_type) => {
                faults.push(format!("{}: kinds are of {type:?}", report.name));
            }
            Some((_, choice))
                if metadata.members(choice.graph_type, entity.version) != choice.members =>
            {
                faults.push(format!("{}: other kinds", report.name));
            }
            _ => {}
        }
    }
    faults
}

#[test]
fn every_property_and_member_exists_in_the_metadata() {
    let metadata = Metadata::load();
    let every = ALL.iter().chain(DRAFTS);
    none(&every.flat_map(|entity| disagreements(&metadata, entity)).collect::<Vec<_>>());
}

#[test]
fn every_property_and_member_of_the_metadata_is_served_or_left_out_with_a_reason() {
    let metadata = Metadata::load();
    none(&ALL.iter().flat_map(|entity| gaps(&metadata, entity)).collect::<Vec<_>>());
}

#[test]
fn a_description_that_is_wrong_is_found_out() {
    static SKIES: Choice = Choice::open("cloudPcGalleryImageStatus", &["blue"]);
    static WRONG: Entity = Entity::collection("wrong", "cloudPcGalleryImage", "/wrong")
        .read_only()
        .left_out(&[LeftOut { property: "colour", why: "Nobody asked." }])
        .attributes(&[
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
    let metadata = Metadata::load();
    assert_eq!(
        disagreements(&metadata, &WRONG),
        [
            "wrong.sizeInGB: String here, Edm.Int32 there",
            "wrong.osVersionNumber: one is a collection, the other is not",
            "wrong.status: the metadata has no member blue",
            "wrong.offer: cloudPcGalleryImage has no property offer",
        ]
    );
    assert_eq!(
        gaps(&metadata, &WRONG),
        [
            "wrong: skuName is neither served nor left out with a reason",
            "wrong: colour is left out, but the metadata has no such property",
        ]
    );
}

#[test]
fn subtypes_are_named_by_what_is_their_own() {
    for (subtype, base, name) in [
        (
            "cloudPcDisasterRecoveryAzureConnectionSetting",
            "cloudPcDisasterRecoveryNetworkSetting",
            "azure_connection",
        ),
        ("windows10CompliancePolicy", "deviceCompliancePolicy", "windows10"),
        ("macOSCompliancePolicy", "deviceCompliancePolicy", "mac_os"),
    ] {
        assert_eq!(shortened(subtype, base), name);
    }
}
