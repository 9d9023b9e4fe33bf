//! Rendering of schemas and pages that are made up for it; the real pages are compared by an integration test.

use expect_test::expect;

use super::{Page, attributes, stale, write};
use crate::tf::{Attribute, Block, Kind, Mode, Nesting, Type};

#[test]
fn a_schema_is_a_list_by_who_gives_the_value_and_nested_objects_follow() {
    let leaf = |name: &'static str, mode| {
        Attribute::new(name, Kind::Type(Type::set(Type::String)), mode).described("Leaf.")
    };
    let mut kind = Attribute::new("kind", Kind::Type(Type::String), Mode::OptionalComputed)
        .described("Kind of\nthing.");
    kind.deprecated = Some("Use another.".into());
    let mut secret = Attribute::new("secret_wo", Kind::Type(Type::String), Mode::Optional);
    secret.sensitive = true;
    secret.write_only = true;
    let inner = Kind::Nested(Nesting::Set, vec![leaf("deep", Mode::Required)]);
    let outer = Kind::Nested(
        Nesting::List,
        vec![Attribute::new("inner", inner, Mode::Optional), leaf("flat", Mode::Computed)],
    );
    let block = Block {
        attributes: vec![
            leaf("id", Mode::Computed),
            secret,
            kind,
            Attribute::new("outer", outer, Mode::Required).described("Outer."),
        ],
        ..Block::default()
    };
    expect![[r###"
        ## Schema

        ### Required

        - `outer` (Attributes List) Outer. (see [below](#nestedatt--outer))

        ### Optional

        - `kind` (String, Deprecated) Kind of thing. **Deprecated:** Use another.
        - `secret_wo` (String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments))

        ### Read-Only

        - `id` (Set of String) Leaf.

        <a id="nestedatt--outer"></a>
        ### Nested schema for `outer`

        Optional:

        - `inner` (Attributes Set) (see [below](#nestedatt--outer--inner))

        Read-Only:

        - `flat` (Set of String) Leaf.

        <a id="nestedatt--outer--inner"></a>
        ### Nested schema for `outer.inner`

        Required:

        - `deep` (Set of String) Leaf.
    "###]].assert_eq(&attributes::schema(&block));
}

#[test]
fn a_page_that_is_missing_differs_or_is_left_over_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let page = |path: &str, text: &str| Page { path: path.to_owned(), text: text.to_owned() };
    let pages = [page("docs/index.md", "index"), page("docs/resources/a.md", "a")];
    assert_eq!(stale(&pages, folder.path()).len(), 2);

    std::fs::create_dir_all(folder.path().join("docs/data-sources")).unwrap();
    std::fs::write(folder.path().join("docs/data-sources/old.md"), "old").unwrap();
    write(&pages, folder.path()).unwrap();
    assert_eq!(stale(&pages, folder.path()), [""; 0]);
    assert!(!folder.path().join("docs/data-sources/old.md").exists());

    std::fs::write(folder.path().join("docs/resources/a.md"), "b").unwrap();
    std::fs::write(folder.path().join("docs/resources/z.md"), "z").unwrap();
    assert_eq!(
        stale(&pages, folder.path()),
        [
            "docs/resources/a.md is not what its schema says.",
            "docs/resources/z.md is about nothing that is served.",
        ]
    );
}
