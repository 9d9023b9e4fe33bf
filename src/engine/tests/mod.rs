//! Operations from end to end: configurations in, through the framework's own plans, against a small tenant whose wire is scripted and
//! whose time is paused.

mod bench;
mod create;
mod data;
mod delete;
mod doubt;
mod family;
mod import;
mod patience;
mod refresh;
mod takeback;
mod tenant;
mod update;
mod wait;

use crate::spec::*;

/// Names may repeat; assigned with one call; assignments keep it from being deleted.
pub(super) static THING: Entity = Entity::collection("test_thing", "thing", "/things")
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

/// The same, but of a family whose members disturb one another.
static RANKED: Entity = Entity::collection("test_ranked", "ranked", "/rankeds")
    .unique_name()
    .serial()
    .attributes(&[string("displayName").required()])
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
pub(super) static IMAGE: Entity =
    Entity::collection("test_image", "image", "/images")
        .attributes(&[
            string("displayName").required(),
            string("status").read_only(),
            string("errorCode").read_only(),
        ])
        .updated_by(Update::Never)
        .wait(Wait::until("status", &["ready"]).pending(&["pending"]).failed(
            &["failed"],
            Reason::Code("errorCode", &[("noSpace", "Make the image smaller.")]),
        ));

/// Named by two properties together.
static VERSIONED: Entity = Entity::collection("test_versioned", "versioned", "/versioneds")
    .attributes(&[string("displayName").required(), string("version").required()])
    .updated_by(Update::Never)
    .named_also_by("version")
    .unique_name();

/// Checked behind the scenes after every change, and waited for when it is asked for; outlives bad ends. An account and a password that
/// an action changes, which needs other permissions than an update.
static NETWORK: Entity = Entity::collection("test_network", "network", "/networks")
    .unique_name()
    .attributes(&[
        string("displayName").required(),
        string("account"),
        string("password")
            .secret()
            .changed_by("setPassword", "secret")
            .change_needs(&SETTING_PASSWORDS)
            .or_by_update()
            .sent_with("account"),
        string("health").read_only(),
        object("detail").read_only().of(&[date_time("started").read_only()]),
    ])
    .permissions(
        Permissions::read_write(&["Networks.ReadWrite.All"], &["Networks.ReadWrite.All"])
            .writes_delegated_only(),
    )
    .calls(&[Call {
        when: When::Triggered(Trigger {
            name: "check_triggers",
            doc: "Checks again.",
            implied_by_update: true,
        }),
        action: "check",
        why: "Something around it changed.",
    }])
    .wait(
        Wait::until("health", &["passed", "warning"])
            .pending(&["pending"])
            .warned(&["warning"])
            .failed(
                &["failed"],
                Reason::Steps(Steps {
                    path: &["detail", "checks"],
                    name: "name",
                    state: "state",
                    error: "error",
                    texts: &[("advice", "What to do")],
                }),
            )
            .kept("what is wrong lies outside of it")
            .when_asked(Asked { name: "wait_for_check", doc: "Waits.", minutes: 90 })
            .anew_with_updates(&["detail", "started"]),
    );

static SETTING_PASSWORDS: Access = Access::both(&["Networks.ReadWrite.All"]);

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

/// Switched off where others are deleted; its kind is fixed at creation.
static RULE: Entity = Entity::collection("test_rule", "rule", "/rules")
    .deleted_or_switched_off("enabled", "It warns nobody.")
    .attributes(RULE_ATTRIBUTES);

/// The same, and no two have one name.
static UNIQUE_RULE: Entity = Entity::collection("test_unique_rule", "rule", "/uniqueRules")
    .unique_name()
    .deleted_or_switched_off("enabled", "It warns nobody.")
    .attributes(RULE_ATTRIBUTES);

/// Some are the service's own.
static GIVEN: Entity = Entity::collection("test_given", "given", "/givens")
    .built_in_by("isBuiltIn")
    .attributes(&[string("displayName").required(), boolean("isBuiltIn").read_only()]);

const RULE_ATTRIBUTES: &[Attribute] =
    &[string("displayName").required(), string("kind").replace(), boolean("enabled").defaulted()];

static ALL: &[&Entity] = &[
    &ANSWER,
    &CHILD,
    &FUNCTION,
    &GIVEN,
    &GRANT,
    &IMAGE,
    &LISTED,
    &NETWORK,
    &ONLY,
    &RANKED,
    &RULE,
    &THING,
    &UNIQUE,
    &UNIQUE_RULE,
    &VERSIONED,
];

const GROUP: &str = "3f6a0c5e-0f3b-4c6f-9d0e-5f2f0d1c9b11";
const OTHER_GROUP: &str = "7d9d1f0a-8f6f-4a52-a9a5-0d5f0c9f7a10";
