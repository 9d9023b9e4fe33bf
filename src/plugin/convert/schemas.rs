//! Schemas.

use super::super::proto::resource_identity_schema::IdentityAttribute;
use super::super::proto::schema::{Attribute, Block, NestedBlock, Object, nested_block, object};
use super::super::proto::{ResourceIdentitySchema, Schema, StringKind};
use crate::tf;

/// A schema to send.
pub(in super::super) fn schema(schema: &tf::Schema) -> Schema {
    Schema { version: schema.version, block: Some(block(&schema.block)) }
}

fn block(block: &tf::Block) -> Block {
    Block {
        version: 0,
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.to_string(),
        description_kind: StringKind::Markdown.into(),
        deprecated: block.deprecated.is_some(),
        deprecation_message: block.deprecated.as_deref().unwrap_or_default().to_owned(),
        computed: false,
    }
}

fn attribute(attribute: &tf::Attribute) -> Attribute {
    let (r#type, nested_type) = match &attribute.kind {
        tf::Kind::Type(r#type) => (r#type.to_json(), None),
        tf::Kind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    Attribute {
        name: attribute.name.to_string(),
        r#type,
        nested_type,
        description: attribute.description.to_string(),
        description_kind: StringKind::Markdown.into(),
        required: attribute.mode == tf::Mode::Required,
        optional: matches!(attribute.mode, tf::Mode::Optional | tf::Mode::OptionalComputed),
        computed: attribute.mode.is_computed(),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.as_deref().unwrap_or_default().to_owned(),
    }
}

#[expect(deprecated, reason = "two fields of the message never had an effect")]
fn object(nesting: tf::Nesting, attributes: &[tf::Attribute]) -> Object {
    let nesting = match nesting {
        tf::Nesting::Single => object::NestingMode::Single,
        tf::Nesting::List => object::NestingMode::List,
        tf::Nesting::Set => object::NestingMode::Set,
        tf::Nesting::Map => object::NestingMode::Map,
        // Only blocks can be groups; Terraform rejects a schema that says otherwise.
        tf::Nesting::Group => object::NestingMode::Invalid,
    };
    Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        min_items: 0,
        max_items: 0,
    }
}

fn nested_block(nested: &tf::NestedBlock) -> NestedBlock {
    let nesting = match nested.nesting {
        tf::Nesting::Single => nested_block::NestingMode::Single,
        tf::Nesting::List => nested_block::NestingMode::List,
        tf::Nesting::Set => nested_block::NestingMode::Set,
        tf::Nesting::Map => nested_block::NestingMode::Map,
        tf::Nesting::Group => nested_block::NestingMode::Group,
    };
    NestedBlock {
        type_name: nested.name.to_string(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items: nested.min_items,
        max_items: nested.max_items,
    }
}

/// An identity schema to send.
pub(in super::super) fn identity(identity: &tf::Identity) -> ResourceIdentitySchema {
    let attribute = |attribute: &tf::IdentityAttribute| IdentityAttribute {
        name: attribute.name.to_string(),
        r#type: attribute.r#type.to_json(),
        required_for_import: attribute.required_for_import,
        optional_for_import: !attribute.required_for_import,
        description: attribute.description.to_string(),
    };
    ResourceIdentitySchema {
        version: identity.version,
        identity_attributes: identity.attributes.iter().map(attribute).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_attribute_has_no_type_of_its_own() {
        let inner = tf::Attribute::new("id", tf::Kind::Type(tf::Type::String), tf::Mode::Computed);
        let outer = tf::Attribute::new(
            "items",
            tf::Kind::Nested(tf::Nesting::List, vec![inner]),
            tf::Mode::OptionalComputed,
        );
        let sent = attribute(&outer);
        assert!(sent.r#type.is_empty() && sent.optional && sent.computed && !sent.required);
        let nested = sent.nested_type.unwrap();
        assert_eq!(nested.nesting(), object::NestingMode::List);
        assert_eq!(nested.attributes[0].r#type, br#""string""#);
    }

    #[test]
    fn a_deprecation_says_so_and_why() {
        let mut old = tf::Attribute::new("a", tf::Kind::Type(tf::Type::Bool), tf::Mode::Optional);
        assert!(!attribute(&old).deprecated);
        old.deprecated = Some("Use b.".into());
        let sent = attribute(&old);
        assert!(sent.deprecated);
        assert_eq!(sent.deprecation_message, "Use b.");
    }

    #[test]
    fn every_schema_has_a_block_even_when_empty() {
        assert!(schema(&tf::Schema::default()).block.is_some());
    }
}
