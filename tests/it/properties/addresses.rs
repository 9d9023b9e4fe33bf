//! Where requests go, whatever ids and links say. The second opinion on every address is the URL standard's own parser.

use std::time::Duration;

use reqwest::Url;
use serde_json::json;
use windows365::graph::scripted::{Answer, Script, Seen};
use windows365::graph::{Request, Version, quote};

use super::{Verdict, holds, that};
use crate::support::shapes::Choices;

/// Runs what waits, on a clock that jumps.
fn run<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap().block_on(work)
}

const PIECES: &[&str] = &[
    "a",
    "0f-1",
    "..",
    ".",
    "/",
    "\\",
    "%2e%2e",
    "%2F",
    "?",
    "#",
    "&",
    "=",
    "'",
    "''",
    "\"",
    " ",
    "+",
    ";",
    "é",
    "．",
    "。",
    "/beta/",
    "https://evil.test",
    "\r\n",
    "\u{0}",
    "\u{202e}",
    "(",
    ")",
    "$filter=x",
    "{}",
    "~",
    "@",
    ":",
    "%",
    "%zz",
    "\u{7f}",
    "🦀",
];

fn text(choices: &mut Choices<'_>, most: usize) -> String {
    (0..choices.below(most + 1)).map(|_| choices.pick(PIECES)).collect()
}

const TEMPLATES: &[&str] = &[
    "/things/{}",
    "/things/{}/parts",
    "/things('{}')",
    "/a/b/things/{}/parts('{}')/c",
    "/things(name='{}',version='{}')",
];

/// What the ids of a template may be, said another way.
fn is_an_id(key: &str) -> bool {
    let odd = key.chars().any(|c| c.is_control() || c == '/' || c == '\\');
    !key.is_empty() && key.len() <= 1024 && key != "." && key != ".." && !odd
}

#[test]
fn an_address_is_its_template_whatever_the_keys() {
    let make = |choices: &mut Choices<'_>| {
        let template = choices.pick(TEMPLATES);
        let keys: Vec<String> = (0..template.matches("{}").count())
            .map(|_| if choices.one_in(40) { "x".repeat(1_100) } else { text(choices, 4) })
            .collect();
        (template.to_owned(), keys, text(choices, 6))
    };
    holds("addresses", 250, 40, make, |(template, keys, value)| {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let filter = format!("name eq {}", quote(value));
        let (sent, seen) = run(async {
            let script = Script::new(|_| Answer::json(200, json!({})));
            let client = script.client();
            let cx = client.context(Duration::from_secs(60), Default::default());
            let request =
                Request::get(Version::Beta, template, &keys).query("$filter", filter.clone());
            (client.send(&cx, &request).await.is_ok(), script.seen())
        });
        let allowed = keys.iter().all(|key| is_an_id(key));
        that(sent == allowed && seen.len() == usize::from(sent), || {
            format!("sent: {sent}, allowed: {allowed}")
        })?;
        for seen in seen {
            at_home(&seen)?;
            let url = Url::parse(&seen.url).map_err(|error| error.to_string())?;
            let mut keys = keys.iter();
            let wanted: Vec<String> = format!("/beta{template}")
                .split('/')
                .skip(1)
                .map(|segment| {
                    let quoted = segment.contains("'{}'");
                    let mut pieces = segment.split("{}");
                    let mut whole = pieces.next().unwrap_or_default().to_owned();
                    for piece in pieces {
                        let key = keys.next().copied().unwrap_or_default();
                        whole += &if quoted { key.replace('\'', "''") } else { key.to_owned() };
                        whole += piece;
                    }
                    whole
                })
                .collect();
            let got: Vec<String> = url.path_segments().into_iter().flatten().map(decoded).collect();
            that(got == wanted, || format!("{got:?} instead of {wanted:?}"))?;
            let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            that(query == [("$filter".to_owned(), filter.clone())], || format!("{query:?}"))?;
        }
        Ok(())
    });
}

/// A segment as a server reads it.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A request with a token goes to Graph and below its version, by the standard's reading and by that of the HTTP library.
fn at_home(seen: &Seen) -> Verdict {
    let away = || format!("a token went to {}", seen.url);
    let url = Url::parse(&seen.url).map_err(|error| error.to_string())?;
    let standard = url.scheme() == "https"
        && url.host_str() == Some("graph.microsoft.com")
        && url.port_or_known_default() == Some(443)
        && url.username().is_empty()
        && url.password().is_none()
        && url.path().starts_with("/beta/")
        && url.as_str() == seen.url;
    that(standard, away)?;
    let uri: http::Uri = seen.url.parse().map_err(|_| away())?;
    that(uri.authority().is_some_and(|it| it.as_str() == "graph.microsoft.com"), away)
}

const LINKS: &[&str] = &[
    "https://",
    "graph.microsoft.com",
    "/beta/",
    "things",
    "http://",
    "//",
    "\\\\",
    "/",
    "\\",
    "@",
    "GRAPH.microsoft.com",
    "graph.microsoft.com.",
    "evil.test",
    ":443",
    ":80",
    ":8443",
    ":",
    "/beta",
    "/v1.0/",
    "..",
    "../",
    "%2e%2e/",
    "?$skiptoken=x%2F",
    "#",
    "\t",
    "\n",
    " ",
    "%00",
    "user:pw@",
    "xn--grph-6cd.microsoft.com",
    "ｇraph.microsoft.com",
    "grаph.microsoft.com",
    "。",
    "%2F",
    ";",
    "[::1]",
    "127.0.0.1",
    "0x7f.1",
    ".",
    "HTTPS://",
    "https:",
    "file:///",
    "javascript:",
    "%40",
    "\u{200b}",
    "\u{ad}",
    "&",
    "=",
    "'",
];

fn link(choices: &mut Choices<'_>) -> String {
    let start: &[&str] =
        &["https://graph.microsoft.com/beta/", "https://graph.microsoft.com", "", "/"];
    let mut link = choices.pick(start).to_owned();
    for _ in 0..choices.below(8) {
        link.push_str(choices.pick(LINKS));
    }
    link
}

/// The requests that follow when a page or a redirect names this link.
fn followed(link: &str, redirect: bool) -> Vec<Seen> {
    run(async {
        let answer = if redirect {
            Answer::empty(302).header("Location", link)
        } else {
            Answer::json(200, json!({"value": [], "@odata.nextLink": link}))
        };
        let script = Script::new(move |seen| match seen.path.as_str() {
            "/beta/start" => answer.clone(),
            _ => Answer::json(200, json!({"value": []})),
        });
        let client = script.client();
        let cx = client.context(Duration::from_secs(600), Default::default());
        let request = Request::get(Version::Beta, "/start", &[]);
        let _ = client.list(&cx, &request, None).await;
        script.seen()
    })
}

#[test]
fn no_link_leads_a_token_elsewhere() {
    let make = |choices: &mut Choices<'_>| (choices.one_in(2), link(choices));
    holds("links", 500, 12, make, |(redirect, link)| {
        if *redirect && http::HeaderValue::from_str(link).is_err() {
            return Ok(());
        }
        let seen = followed(link, *redirect);
        seen.iter().try_for_each(at_home)?;
        // Whatever a lenient reader takes for another place is not followed at all.
        let base = Url::parse("https://graph.microsoft.com/beta/start").unwrap();
        let elsewhere = match base.join(link) {
            Ok(url) => url.origin() != base.origin(),
            Err(_) => true,
        };
        that(!elsewhere || seen.len() == 1, || format!("{} requests", seen.len()))
    });
}

/// The gate is no wall: what Graph really gives is followed to the letter.
#[test]
fn a_link_of_graph_is_followed_to_the_letter() {
    let make = |choices: &mut Choices<'_>| {
        const OPAQUE: &[u8] = b"abcXYZ019-._~!$&'()*,;=:@/%";
        let mut token = String::new();
        for _ in 0..choices.below(60) {
            match OPAQUE[choices.below(OPAQUE.len())] {
                b'%' => token.push_str("%2B"),
                letter => token.push(char::from(letter)),
            }
        }
        token
    };
    holds("own_links", 150, 80, make, |token| {
        for redirect in [false, true] {
            let link = format!("https://graph.microsoft.com/beta/start?$skiptoken={token}");
            let seen = followed(&link, redirect);
            that(seen.get(1).is_some_and(|second| second.url.replace("%27", "'") == link), || {
                format!("{:?}", seen.iter().map(|seen| &seen.url).collect::<Vec<_>>())
            })?;
        }
        Ok(())
    });
}
