//! What is known to be secret is shown to nobody, in whatever form it comes back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use windows365::graph::scripted::{Answer, Script};
use windows365::graph::{Filter, Request, Version};

use super::{Verdict, holds, that};
use crate::support::shapes::Choices;

fn secret(choices: &mut Choices<'_>) -> String {
    const PIECES: &[&str] = &[
        "Zk9", "q7", "~8Q", "+", "/", "\"", "\\", " ", "é", "&", "<", "%", "=", "'", "🦀", "$",
        "_", "-", ".", "w0rd", "\t", "!",
    ];
    let mut secret = "xK".to_owned();
    // Of less than eight characters too little follows for certain, when something is encoded with them.
    for _ in 0..4 + choices.below(12) {
        secret.push_str(choices.pick(PIECES));
    }
    secret + "9v"
}

/// The secret as somebody wrote it down, and what must not be left of that.
fn form(secret: &str, choices: &mut Choices<'_>) -> (String, String) {
    let json = |text: &str| {
        let text = Json::from(text).to_string();
        text[1..text.len() - 1].to_owned()
    };
    let form = match choices.below(8) {
        0 => secret.to_owned(),
        1 => {
            let around = ["", "i", "id", "id:", "a longer user name:"];
            let text = format!("{}{secret}{}", choices.pick(&around), choices.pick(&around));
            let engine =
                [&STANDARD, &URL_SAFE, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD][choices.below(4)];
            engine.encode(text)
        }
        2 => percent(secret, |byte| byte.is_ascii_alphanumeric(), choices),
        3 => percent(
            secret,
            |byte| byte.is_ascii_alphanumeric() || b"-._~!'()*".contains(&byte),
            choices,
        ),
        4 => percent(secret, |byte| byte.is_ascii_alphanumeric() || byte == b' ', choices)
            .replace(' ', "+"),
        5 => json(secret),
        6 => json(&json(secret)),
        _ => secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;"),
    };
    if choices.one_in(3) {
        let breaks: &[&str] = match form.contains('\\') {
            // An escape that is torn apart by another one reads as something else.
            true => &["\n", "\r\n", "\n  ", " ", "\u{200b}"],
            false => &["\n", "\r\n", "\n  ", " ", "\\n", "\\r\\n", "\u{200b}"],
        };
        let breaks = choices.pick(breaks);
        let every = 3 + choices.below(30);
        let letters: Vec<char> = form.chars().collect();
        let lines: Vec<String> = letters.chunks(every).map(|line| line.iter().collect()).collect();
        return (lines.join(breaks), form);
    }
    (form.clone(), form)
}

fn percent(text: &str, plain: impl Fn(u8) -> bool, choices: &mut Choices<'_>) -> String {
    let small = choices.one_in(2);
    let one = |byte: u8| match (plain(byte), small) {
        (true, _) => char::from(byte).to_string(),
        (false, true) => format!("%{byte:02x}"),
        (false, false) => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

const AROUND: &[&str] = &[
    "",
    "The value '",
    "' is not valid. ",
    "Basic ",
    "\"}",
    "\n",
    "ü ",
    "eyJ0.e30.x ",
    "[redacted]",
    ", ",
];

#[derive(Debug)]
struct Said {
    secret: String,
    form: String,
    text: String,
}

fn said(choices: &mut Choices<'_>) -> Said {
    let secret = secret(choices);
    let (written, form) = form(&secret, choices);
    let text = format!("{}{written}{}", choices.pick(AROUND), choices.pick(AROUND));
    Said { secret, form, text }
}

/// The secret does not stand in a text, with or without what splits a line.
fn kept(said: &Said, shown: &str) -> Verdict {
    let joined = |text: &str| -> String {
        let text = text.replace("\\r", "").replace("\\n", "");
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
    };
    for form in [&said.secret, &said.form] {
        let (shown, form) = (joined(shown), joined(form));
        // The ends of base64 belong to what stands around the secret.
        let ends = if said.form == said.secret { 0 } else { form.len().min(12) / 6 * 2 };
        let core: String =
            form.chars().skip(ends).take(form.chars().count().saturating_sub(2 * ends)).collect();
        that(core.chars().count() < 4 || !shown.contains(&core), || {
            format!("{core:?} is left in {shown:?}")
        })?;
    }
    Ok(())
}

#[test]
fn no_usual_form_of_a_secret_is_left_in_a_text() {
    holds("redacted_forms", 600, 60, said, |said| {
        let filter = Filter::default();
        filter.learn(&said.secret);
        kept(said, &filter.clean(&said.text))
    });
}

#[test]
fn cleaning_twice_is_cleaning_once() {
    const PIECES: &[&str] = &[
        "[redacted]",
        "[red",
        "redacted",
        "acted]",
        "eyJ",
        "abcd",
        "ab",
        "cd",
        "]x",
        "x[",
        "eyJhbGci",
        " ",
        "\n",
        "%41",
        "\\u0061",
        "YWJjZA",
        "==",
        "&quot;",
        "\"",
        "\\",
    ];
    let text = |choices: &mut Choices<'_>, most: usize| -> String {
        (0..choices.below(most)).map(|_| choices.pick(PIECES)).collect()
    };
    let make = |choices: &mut Choices<'_>| {
        let secrets = [0; 3].map(|_| text(choices, 4));
        (secrets, text(choices, 12))
    };
    holds("redacted_once", 600, 40, make, |(secrets, text)| {
        let filter = Filter::default();
        secrets.iter().for_each(|secret| filter.learn(secret));
        let once = filter.clean(text);
        let twice = filter.clean(&once);
        that(once == twice, || format!("{once:?} becomes {twice:?}"))?;
        for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
            let rest = once.replace("[redacted]", "\u{1}");
            that(!rest.contains(secret.as_str()), || format!("{secret:?} is left in {once:?}"))?;
        }
        Ok(())
    });
}

/// Whatever the service repeats in an error, and wherever that is cut.
#[test]
fn no_error_tells_a_secret() {
    let make = |choices: &mut Choices<'_>| {
        let before = [0, 0, 40, 190, 3_000, 4_050, 4_070, 4_080, 4_090][choices.below(9)]
            + choices.below(16);
        (said(choices), before, choices.below(3))
    };
    holds("redacted_errors", 150, 70, make, |(said, before, shape)| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        let shown = runtime.block_on(async {
            let message = format!("{}{}", "-".repeat(*before), said.text);
            let answer = match shape {
                0 => Answer::error(400, "BadRequest", &message),
                1 => {
                    let inner = json!({"Message": message}).to_string();
                    Answer::error(400, "BadRequest", &inner)
                }
                _ => Answer::text(502, "text/html", &format!("<title>{message}</title>")),
            };
            let script = Script::new(move |_| answer.clone());
            let client = script.client();
            client.conceal(&said.secret);
            let cx = client.context(Duration::from_secs(5), Default::default());
            let request = Request::get(Version::Beta, "/things/1", &[]);
            match client.send(&cx, &request).await {
                Ok(_) => String::new(),
                Err(error) => format!("{error}\n{}", error.facts().join("\n")),
            }
        });
        that(!shown.is_empty(), || "no error".to_owned())?;
        kept(said, &shown)?;
        // Cut off, a secret is known by what is left of it.
        let half: String = said.form.chars().take(said.form.chars().count().div_ceil(2)).collect();
        let is_plain = said.form == said.secret && !half.contains(char::is_whitespace);
        that(!is_plain || half.len() < 6 || !shown.contains(&half), || {
            format!("{half:?} is left in {shown:?}")
        })
    });
}
