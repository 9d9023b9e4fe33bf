use super::*;
use crate::graph::Filter;
use crate::graph::scripted::Sequence;

fn answered(effect: Effect, status: u16, headers: &[(&'static str, &str)], body: &str) -> Verdict {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<HeaderMap>();
    let answer = Answer::decode(status, &headers, body.as_bytes(), &Filter::default());
    judge(effect, effect == Effect::None, &Outcome::Answered { answer: &answer, headers: &headers })
}

const SOME: Class = Class::Transient { timeout: false };
const LATE: Class = Class::Transient { timeout: true };

#[test]
fn each_status_has_its_treatment() {
    use Effect::{Idempotent, None, Once};
    let fail = |acted| Verdict::Fail { acted };
    let again = Verdict::Again;
    for (status, read, idempotent, once) in [
        (400, fail(false), fail(false), fail(false)),
        (402, fail(false), fail(false), fail(false)),
        (403, fail(false), fail(false), fail(false)),
        (404, fail(false), fail(false), fail(false)),
        (405, fail(false), fail(false), fail(false)),
        (408, again(LATE), again(LATE), fail(true)),
        (409, fail(false), fail(false), fail(false)),
        (410, fail(false), fail(false), fail(false)),
        (412, again(Class::Race), again(Class::Race), again(Class::Race)),
        (413, fail(false), fail(false), fail(false)),
        (423, again(Class::Locked), again(Class::Locked), again(Class::Locked)),
        (424, fail(false), fail(false), fail(false)),
        (429, again(Class::Throttled), again(Class::Throttled), again(Class::Throttled)),
        (500, again(SOME), again(SOME), fail(true)),
        (501, fail(false), fail(false), fail(false)),
        (502, again(SOME), again(SOME), fail(true)),
        (503, again(SOME), again(SOME), fail(true)),
        (504, again(SOME), again(SOME), fail(true)),
        (507, fail(false), fail(false), fail(false)),
        (509, again(Class::Throttled), again(Class::Throttled), again(Class::Throttled)),
        (599, fail(false), fail(false), fail(true)),
        (100, fail(false), fail(false), fail(false)),
    ] {
        assert_eq!(answered(None, status, &[], ""), read, "read {status}");
        assert_eq!(answered(Idempotent, status, &[], ""), idempotent, "idempotent {status}");
        assert_eq!(answered(Once, status, &[], ""), once, "once {status}");
    }
}

#[test]
fn a_create_is_repeated_after_a_503_only_when_graph_itself_names_a_wait() {
    let genuine = r#"{"error":{"code":"ServiceUnavailable","message":"later"}}"#;
    let wait = [("retry-after", "5")];
    assert_eq!(answered(Effect::Once, 503, &wait, genuine), Verdict::Again(SOME));
    assert_eq!(answered(Effect::Once, 503, &[], genuine), Verdict::Fail { acted: true });
    assert_eq!(answered(Effect::Once, 503, &wait, "<html>"), Verdict::Fail { acted: true });
}

#[test]
fn a_500_about_a_conflict_is_for_the_caller() {
    let body = r#"{"error":{"code":"InternalServerError","message":"The filter is in use."}}"#;
    assert_eq!(answered(Effect::Idempotent, 500, &[], body), Verdict::Fail { acted: false });
}

#[test]
fn without_an_answer_it_matters_whether_anything_was_written() {
    let nothing = |effect, maybe_sent, hopeless| {
        judge(
            effect,
            effect == Effect::None,
            &Outcome::Nothing { maybe_sent, timeout: false, hopeless },
        )
    };
    for effect in [Effect::None, Effect::Idempotent] {
        assert_eq!(nothing(effect, true, false), Verdict::Again(SOME));
    }
    assert_eq!(nothing(Effect::Once, false, false), Verdict::Again(SOME));
    assert_eq!(nothing(Effect::Once, true, false), Verdict::Fail { acted: true });
    assert_eq!(nothing(Effect::Once, false, true), Verdict::Fail { acted: false });
    assert_eq!(nothing(Effect::None, true, true), Verdict::Fail { acted: false });
}

#[test]
fn a_success_that_cannot_be_read_is_ambiguous_for_a_create() {
    let unreadable = |effect| judge(effect, false, &Outcome::Unreadable { hopeless: false });
    assert_eq!(unreadable(Effect::Once), Verdict::Fail { acted: true });
    assert_eq!(unreadable(Effect::Idempotent), Verdict::Again(Class::Garbled));
    assert_eq!(
        judge(Effect::None, true, &Outcome::Unreadable { hopeless: true }),
        Verdict::Fail { acted: false }
    );
}

#[test]
fn only_reads_follow_redirects() {
    for status in [301, 302, 303, 307, 308] {
        let headers = [("location", "https://x.test/")];
        assert_eq!(
            answered(Effect::None, status, &headers, ""),
            Verdict::Follow("https://x.test/".to_owned())
        );
        assert_eq!(
            answered(Effect::Once, status, &headers, ""),
            Verdict::Fail { acted: status == 303 }
        );
        assert_eq!(answered(Effect::None, status, &[], ""), Verdict::Fail { acted: false });
    }
}

#[test]
fn a_401_renews_once_with_whatever_claims_are_demanded() {
    assert_eq!(answered(Effect::Once, 401, &[], ""), Verdict::Renew { claims: None });
    let forbidden =
        r#"{"error":{"code":"Unknown","message":"x","innerError":{"code":"Forbidden"}}}"#;
    assert_eq!(answered(Effect::Once, 401, &[], forbidden), Verdict::Fail { acted: false });
    let claims = r#"{"access_token":{"nbf":{"value":"1"}}}"#;
    let encoded = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7InZhbHVlIjoiMSJ9fX0";
    for challenge in [
        format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{encoded}=\""),
        format!("Basic x, Bearer error=insufficient_claims, claims={encoded}"),
        format!("Bearer claims=\"{encoded}\", error=\"insufficient_claims\""),
    ] {
        for status in [401, 403] {
            assert_eq!(
                answered(Effect::None, status, &[("www-authenticate", &challenge)], ""),
                Verdict::Renew { claims: Some(claims.to_owned()) },
                "{challenge}"
            );
        }
    }
    let unreadable = [("www-authenticate", "Bearer error=\"insufficient_claims\", claims=\"%%%\"")];
    assert_eq!(answered(Effect::None, 401, &unreadable, ""), Verdict::Renew { claims: None });
    assert_eq!(answered(Effect::None, 403, &unreadable, ""), Verdict::Fail { acted: false });
}

#[test]
fn waits_grow_to_a_minute_and_a_stated_one_is_never_shortened() {
    let random = Sequence::new(7);
    for _ in 0..200 {
        for (nth, most) in [(1, 1), (2, 2), (4, 8), (7, 60), (100, 60)] {
            let delay = SOME.delay(nth, None, &random);
            assert!(
                delay >= Duration::from_millis(100) && delay <= Duration::from_secs(most),
                "{nth}: {delay:?}"
            );
        }
        let locked = Class::Locked.delay(1, None, &random);
        assert!(
            locked >= Duration::from_secs(5) && locked <= Duration::from_secs(10),
            "{locked:?}"
        );
        let stated = Class::Throttled.delay(1, Some(Duration::from_secs(100)), &random);
        assert!(
            stated >= Duration::from_secs(100) && stated <= Duration::from_secs(110),
            "{stated:?}"
        );
    }
}

/// Chance that always falls the same way.
struct Fixed(u64);

impl Random for Fixed {
    fn next(&self) -> u64 {
        self.0
    }
}

#[test]
fn waits_are_spread_over_all_that_is_allowed() {
    let seconds = |class: Class, nth, stated| {
        [0, 1 << 63, u64::MAX].map(|chance| class.delay(nth, stated, &Fixed(chance)).as_secs_f64())
    };
    let a_hundred = Some(Duration::from_secs(100));
    for (class, nth, stated, expected) in [
        (SOME, 1, None, [0.1, 0.5, 1.0]),
        (SOME, 2, None, [0.1, 1.0, 2.0]),
        (SOME, 4, None, [0.1, 4.0, 8.0]),
        (SOME, 7, None, [0.1, 30.0, 60.0]),
        (Class::Locked, 1, None, [5.0, 7.5, 10.0]),
        (Class::Locked, 2, None, [10.0, 15.0, 20.0]),
        (Class::Locked, 9, None, [30.0, 45.0, 60.0]),
        (Class::Throttled, 9, a_hundred, [100.0, 105.0, 110.0]),
    ] {
        let waits = seconds(class, nth, stated);
        let close =
            waits.iter().zip(expected).all(|(wait, expected)| (wait - expected).abs() < 1e-6);
        assert!(close, "{class:?} {nth}: {waits:?} instead of {expected:?}");
    }
}

#[test]
fn an_outage_exhausts_the_budget_and_successes_refill_it() {
    let mut budget = Budget::default();
    assert_eq!((0..1000).filter(|_| budget.pay(SOME)).count(), 20);
    assert!(budget.pay(Class::Throttled), "throttling costs nothing");
    for _ in 0..5 {
        budget.refund();
    }
    assert!(budget.pay(SOME) && !budget.pay(SOME));
    assert_eq!((0..1000).filter(|_| Budget::default().pay(LATE)).count(), 1000);
    let mut budget = Budget::default();
    assert_eq!((0..1000).filter(|_| budget.pay(LATE)).count(), 10);
}
