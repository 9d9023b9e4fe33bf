//! Operations from end to end: configurations in, through the framework's own plans, against a small tenant whose wire is scripted and
//! whose time is paused.

mod bench;
mod create;
mod data;
mod delete;
mod import;
mod refresh;
mod tenant;
mod update;

use crate::spec::*;

/// Names may repeat; assigned with one call; assignments keep it from being deleted.
static THING: Entity = Entity::collection("test_thing", "thing", "/things")
    .attributes(&[
        string("displayName").required(),
        string("description").empty_is_null(),
        guid("owner"),
        string("color").defaulted(),
        object("shape").of(&[string("form").required(), int32("corners").read_only()]),
        strings("tags").empty_is_null(),
        date_time("changed").read_only(),
    ])
    .assigned_by(Assignments {
        style: AssignStyle::Replace { action: "assign", parameter: "assignments" },
        read_by: ReadBy::Expand,
        targets: Targets::Intune { kinds: INTUNE_TARGETS, filters: false },
        item_type: None,
        extra: &[],
        block_delete: true,
    })
    .permissions(Permissions::read_write(
        &["Things.Read.All", "Things.ReadWrite.All"],
        &["Things.ReadWrite.All"],
    ));

/// Names are unique; a property that only an update can carry; an action that must follow a create.
static UNIQUE: Entity = Entity::collection("test_unique", "unique", "/uniques")
    .unique_name()
    .attributes(&[
        string("displayName").required(),
        string("logo").on_update(),
        string("password").secret(),
    ])
    .calls(&[Call { when: When::AfterCreate, action: "publish", why: "It is a draft before." }]);

/// Assigned one by one, read from a sub-collection, with a list of its own beside.
static LISTED: Entity = Entity::collection("test_listed", "listed", "/listeds")
    .attributes(&[string("displayName").required(), strings("settings").in_sub_collection()])
    .assigned_by(Assignments {
        style: AssignStyle::Additive { collection: "assignments" },
        read_by: ReadBy::SubCollection,
        targets: Targets::Intune { kinds: INTUNE_TARGETS, filters: false },
        item_type: None,
        extra: &[],
        block_delete: false,
    });

/// Below another object.
static CHILD: Entity = Entity::child_of(
    "test_child",
    "child",
    "/parents/{}/children",
    "parent_id",
    "The parent, by id.",
)
.attributes(&[string("displayName").required()]);

/// Always there.
static ONLY: Entity = Entity::singleton("test_only", "only", "/only")
    .attributes(&[string("mode").required(), string("version").read_only()]);

/// Usable only after a while; every change replaces it.
static IMAGE: Entity = Entity::collection("test_image", "image", "/images")
    .attributes(&[
        string("displayName").required(),
        string("status").read_only(),
        string("errorCode").read_only(),
    ])
    .updated_by(Update::Never)
    .wait(Wait {
        property: "status",
        pending: &["pending"],
        done: &["ready"],
        failed: &["failed"],
        reason: Some("errorCode"),
        every_secs: 30,
    });

/// Refers to a thing, and an answer does not say to which.
static GRANT: Entity = Entity::collection("test_grant", "grant", "/grants").attributes(&[
    string("displayName").required(),
    reference("thing", "thing_id", "/things").required().replace().found_through("grants"),
]);

/// A function that takes something and lists; of several things of one name the newest is meant.
static FUNCTION: Entity = Entity::function("test_function", "thing", "/things/list(of='{}')")
    .arguments(&[Argument { name: "of", doc: "Of what." }])
    .named_by("name")
    .newest_by("at")
    .attributes(&[string("name"), date_time("at")]);

/// A function that answers with one object.
static ANSWER: Entity = Entity::function("test_answer", "answer", "/answer")
    .answers(Answers::Object)
    .attributes(&[string("mode")]);

static ALL: &[&Entity] =
    &[&ANSWER, &CHILD, &FUNCTION, &GRANT, &IMAGE, &LISTED, &ONLY, &THING, &UNIQUE];

const GROUP: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const OTHER_GROUP: &str = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10";
