//! Waits, lengths of time and moments, each against a model that only counts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use windows365::engine::equal;
use windows365::graph::scripted::{Answer, Script};
use windows365::graph::{Request, Version};
use windows365::spec::{self, Attribute};
use windows365::tf::Value;

use super::{holds, that};
use crate::support::shapes::Choices;

/// The moment at which a script begins: 2026-03-03T09:00:00Z.
const START: i64 = 1_772_528_400;

/// A header, and the seconds that it asks for; `None` leaves the client to choose.
fn header(choices: &mut Choices<'_>) -> (String, Option<f64>) {
    let number = |choices: &mut Choices<'_>| -> u32 {
        let digits = [0, 1, 7, 299, 300, 301, 86_400, 4_000_000_000];
        digits[choices.below(digits.len())]
    };
    let asked = |seconds: f64| (seconds > 0.0).then_some(seconds.min(300.0));
    match choices.below(6) {
        0 => {
            let seconds = number(choices);
            (seconds.to_string(), asked(f64::from(seconds)))
        }
        1 => {
            let (whole, part) = (choices.below(200), choices.below(1_000));
            let text = format!("{whole}.{part:03}");
            (text.clone(), asked(text.parse().unwrap()))
        }
        2 => (format!("-{}", number(choices)), None),
        3 => {
            let ahead = i64::from(number(choices)) - 300;
            let at = Timestamp::from_second(START + ahead.min(86_400)).unwrap();
            let text = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            (text, asked(ahead as f64))
        }
        4 => {
            let odd = ["", "soon", "12 s", "1,5", "0x10", "NaN", "inf", "--1", "1 2", "٣", "P1D"];
            (choices.pick(&odd).to_owned(), None)
        }
        _ => {
            let seconds = number(choices);
            (format!("  {seconds}\t"), asked(f64::from(seconds)))
        }
    }
}

#[test]
fn a_wait_is_as_long_as_it_was_asked_for() {
    holds("retry_after", 250, 8, header, |(text, asked)| {
        if http::HeaderValue::from_str(text).is_err() {
            return Ok(());
        }
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        let waited = runtime.block_on(async {
            let refused = Answer::error(429, "TooManyRequests", "Slow down.");
            let refused = refused.header("Retry-After", text);
            let script = Script::of([refused, Answer::json(200, json!({}))]);
            let client = script.client();
            let cx = client.context(Duration::from_secs(900), Default::default());
            let request = Request::get(Version::Beta, "/things/1", &[]);
            client.send(&cx, &request).await.map_err(|error| error.to_string())?;
            let seen = script.seen();
            Ok::<f64, String>((seen[1].at - seen[0].at).as_secs_f64())
        })?;
        let bounds = match asked {
            // Nobody is asked again in less than a tenth of a second.
            Some(seconds) => seconds.max(0.1)..=seconds.max(0.1) * 1.1 + 0.01,
            None => 0.1..=60.0,
        };
        that(bounds.contains(&waited), || format!("waited {waited} s and not {bounds:?}"))
    });
}

static LENGTH: Attribute = spec::duration("length");
static MOMENT: Attribute = spec::date_time("moment");

/// A length of time in nanoseconds as ISO 8601 writes it, spread over units in one of many ways.
fn written(nanoseconds: u64, choices: &mut Choices<'_>) -> String {
    let mut rest = nanoseconds;
    let mut take = |unit: u64, choices: &mut Choices<'_>| {
        let most = rest / (unit * 1_000_000_000);
        let some = if choices.one_in(3) { most / 2 } else { most };
        rest -= some * unit * 1_000_000_000;
        some
    };
    let mut text = "P".to_owned();
    if choices.one_in(2) {
        for (unit, letter) in [(604_800, 'W'), (86_400, 'D')] {
            let some = take(unit, choices);
            if some > 0 || choices.one_in(3) {
                text += &format!("{some}{letter}");
            }
        }
    }
    text.push('T');
    for (unit, letter) in [(3_600, 'H'), (60, 'M')] {
        let some = if choices.one_in(2) { 0 } else { take(unit, choices) };
        if some > 0 {
            text += &format!("{some}{letter}");
        }
    }
    let fraction = format!("{:09}", rest % 1_000_000_000);
    let fraction = if choices.one_in(2) { fraction.trim_end_matches('0') } else { &fraction };
    let dot = if fraction.is_empty() { "" } else { "." };
    text + &format!("{}{dot}{fraction}S", rest / 1_000_000_000)
}

fn nanoseconds(choices: &mut Choices<'_>) -> u64 {
    let seconds = [0, 1, 59, 60, 61, 3_600, 5_400, 86_399, 86_400, 90_061, 604_800, 5_000_000];
    let parts = [0, 0, 0, 1, 500_000_000, 120_000_000];
    seconds[choices.below(seconds.len())] * 1_000_000_000 + parts[choices.below(parts.len())]
}

#[test]
fn lengths_of_time_are_the_same_when_they_are_as_long() {
    let make = |choices: &mut Choices<'_>| {
        let one = nanoseconds(choices);
        let other = if choices.one_in(2) { one } else { nanoseconds(choices) };
        ((one, written(one, choices)), (other, written(other, choices)))
    };
    holds("lengths_of_time", 500, 40, make, |((a, one), (b, other))| {
        for text in [one, other] {
            that(equal::duration(text).is_some(), || format!("{text} is none"))?;
        }
        let same = equal::same(&LENGTH, &Value::from(one.as_str()), &Value::from(other.as_str()));
        that(same == (a == b), || format!("{one} and {other}: same is {same}"))
    });
}

/// A moment in nanoseconds, written at some offset and with some digits.
fn at_offset(moment: i128, choices: &mut Choices<'_>) -> String {
    let minutes: i32 = [0, 60, -60, 330, -570, 840, -720, 1][choices.below(8)];
    let local = moment + i128::from(minutes) * 60_000_000_000;
    let local = Timestamp::from_nanosecond(local).unwrap();
    let digits = local.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let fraction = format!("{:09}", moment.rem_euclid(1_000_000_000));
    let fraction = match choices.below(3) {
        0 => fraction.trim_end_matches('0').to_owned(),
        1 => fraction,
        _ if fraction.ends_with("00") => fraction[..7].to_owned(),
        _ => fraction,
    };
    let dot = if fraction.is_empty() { "" } else { "." };
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let zone = match (minutes, choices.below(3)) {
        (0, 0) => "Z".to_owned(),
        (0, 1) => "-00:00".to_owned(),
        _ => format!("{sign}{hours:02}:{rest:02}"),
    };
    format!("{digits}{dot}{fraction}{zone}")
}

#[test]
fn moments_are_the_same_when_they_are_at_the_same_time() {
    let moment = |choices: &mut Choices<'_>| -> i128 {
        let seconds = [START, START + 1, 0, 951_782_400, 4_102_444_799, 86_399, -62_135_500_000];
        let parts = [0, 0, 120_000_000, 1_000];
        let second = i128::from(seconds[choices.below(seconds.len())]);
        second * 1_000_000_000 + parts[choices.below(parts.len())]
    };
    let make = |choices: &mut Choices<'_>| {
        let one = moment(choices);
        let other = if choices.one_in(2) { one } else { moment(choices) };
        ((one, at_offset(one, choices)), (other, at_offset(other, choices)))
    };
    holds("moments", 500, 20, make, |((a, one), (b, other))| {
        for (moment, text) in [(a, one), (b, other)] {
            let read: Timestamp = text.parse().map_err(|error| format!("{text}: {error}"))?;
            that(read.as_nanosecond() == *moment, || format!("the test wrote {text} wrongly"))?;
        }
        let same = equal::same(&MOMENT, &Value::from(one.as_str()), &Value::from(other.as_str()));
        that(same == (a == b), || format!("{one} and {other}: same is {same}"))
    });
}

/// A day is 24 hours to Graph, and a month has no length at all.
#[test]
fn months_are_the_same_as_nothing_but_themselves() {
    let same = |a: &str, b: &str| equal::same(&LENGTH, &Value::from(a), &Value::from(b));
    assert!(
        same("P1M", "P1M") && same("p1m", "P1M") && !same("P1M", "P30D") && !same("P12M", "P1Y")
    );
    let day = SignedDuration::from_hours(24);
    assert!(same("P1D", &format!("PT{}S", day.as_secs())));
}
