//! Every rule of the simulation can be broken: a provider with one thing wrong turns a run red that is green without it.

use windows365::simulation::{
    Defect, Outcome, Script, Strike, Subject, Trouble, at, at_write, play,
};

use crate::served::subjects;

const SETTING: &str = "windows365_user_setting";
const POLICY: &str = "windows365_provisioning_policy";
const ROLE: &str = "intune_role_definition";
const ONLY: &str = "windows365_organization_settings";

const CREATE: usize = 0;
const LOOK: usize = 1;
const UPDATE: usize = 2;

/// A defect, and what is said of it.
struct Case {
    /// The rule that it breaks.
    rule: &'static str,
    defect: Defect,
    entity: &'static str,
    /// What must go wrong beside it for it to show.
    strikes: Vec<Strike>,
    says: &'static str,
}

fn case(
    rule: &'static str,
    defect: Defect,
    entity: &'static str,
    strikes: impl IntoIterator<Item = Strike>,
    says: &'static str,
) -> Case {
    Case { rule, defect, entity, strikes: strikes.into_iter().collect(), says }
}

fn cases() -> Vec<Case> {
    let lost = Trouble::Reset { acted: true };
    let refused = Trouble::Status { status: 400, acted: false };
    let outage = Trouble::Outage { seconds: 30, status: 503 };
    let throttled = Trouble::Throttled { seconds: 60 };
    let neighbour = at(UPDATE, 0, Trouble::Neighbour);
    vec![
        case("I1", Defect::Forgets, SETTING, [], "was made, and nobody was told"),
        case("I2", Defect::PostsAgain, SETTING, [at_write(CREATE, 0, lost)], "made more than once"),
        case("I2", Defect::ChangesOnDestroy, ONLY, [], "was sent to what there is one of"),
        case(
            "I3",
            Defect::BelievesOne404,
            SETTING,
            [at(LOOK, 0, Trouble::Missing)],
            "left the state",
        ),
        case("I4", Defect::Invents, SETTING, [], "was not the truth"),
        case(
            "I4",
            Defect::Invents,
            SETTING,
            [at(CREATE, 2, Trouble::Refused)],
            "was not the truth",
        ),
        case(
            "I4",
            Defect::Hopes,
            SETTING,
            [at_write(UPDATE, 0, refused)],
            "neither what was nor what is",
        ),
        case("I5", Defect::NeverAssigns, POLICY, [], "there is still something to do"),
        case("I6", Defect::ChangesOthers, SETTING, [neighbour], "of somebody else was changed"),
        case("I6", Defect::UnassignsFirst, POLICY, [], "entered its grace period"),
        case("I7", Defect::SendsTokenAbroad, SETTING, [], "sent to graph.example, with a token"),
        case("I7", Defect::TellsSecret, SETTING, [], "a message holds a secret"),
        case("I8", Defect::IsLate, SETTING, [], "and may take"),
        case("I8", Defect::AsksAgain, SETTING, [], "requests, and"),
        case("I9", Defect::Panics, SETTING, [], "panicked"),
        case("I9", Defect::Hangs, SETTING, [], "waits for ever"),
        case("I10", Defect::IgnoresWaits, SETTING, [at(CREATE, 1, throttled)], "before the wait"),
        case("I10", Defect::IgnoresWaits, ROLE, [at(CREATE, 2, throttled)], "before the wait"),
        case("I10", Defect::Hammers, SETTING, [at(CREATE, 1, outage)], "made worse"),
    ]
}

fn run(subject: &Subject, case: &Case, defect: Option<Defect>) -> Outcome {
    let script = Script { defect, ..Script::plain(case.strikes.clone()) };
    play(subject, 7, &script, false)
}

#[test]
fn no_defect_of_a_provider_goes_unnoticed() {
    let subjects = subjects();
    let mut unnoticed = Vec::new();
    for case in cases() {
        let subject = subjects.iter().find(|it| it.entity.name == case.entity).unwrap();
        let sound = run(subject, &case, None).violations;
        if !sound.is_empty() {
            unnoticed.push(format!("{} {:?}: without it, {sound:?}", case.rule, case.defect));
        }
        let broken = run(subject, &case, Some(case.defect)).violations;
        if !broken.iter().any(|sentence| sentence.contains(case.says)) {
            unnoticed.push(format!("{} {:?}: {broken:?}", case.rule, case.defect));
        }
    }
    assert!(unnoticed.is_empty(), "\n\n{}\n", unnoticed.join("\n"));
}

#[test]
fn every_rule_has_a_defect_that_breaks_it() {
    let broken: Vec<&str> = cases().iter().map(|case| case.rule).collect();
    for rule in ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10"] {
        assert!(broken.contains(&rule), "{rule}");
    }
}
