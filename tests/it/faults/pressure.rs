//! A process with little of everything: memory, descriptors, and readers of its log. The built program, against servers on loopback.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use windows365::plugin::proto::{DynamicValue, read_data_source, read_resource};

#[cfg(target_os = "linux")]
use super::bombs::by_turns;
use super::bombs::{bombs, for_ever};
use super::wire::{self, accept, head};
use crate::host::configured::Configured;
use crate::host::process::{self, Plugin, command, limited, patiently};
use crate::host::shut_down;

/// Lists what is served under [`SOURCE`].
const SOURCE: &str = "windows365_user_settings";

/// Variables of a provider that takes this for Graph.
fn variables(graph: SocketAddr) -> Vec<(String, String)> {
    [
        ("WINDOWS365_ACCESS_TOKEN", wire::TOKEN.to_owned()),
        ("WINDOWS365_GRAPH_ENDPOINT", format!("http://{graph}")),
        ("WINDOWS365_PERMISSION_CHECK", "off".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Starts a command as a host does, with this for Graph.
async fn provider(mut command: tokio::process::Command, graph: SocketAddr) -> (Plugin, Configured) {
    command.envs(variables(graph));
    let plugin = Plugin::start_as(command, &[]).await;
    let channel = plugin.connect(None).await.unwrap();
    let (configured, diagnostics) = Configured::new(channel).await;
    assert_eq!(diagnostics, []);
    (plugin, configured)
}

/// Each in a process of its own, so that none hides behind the memory that another one took before.
#[tokio::test]
async fn f56_f60_f61_no_answer_takes_much_memory() {
    for (name, bomb) in bombs() {
        let graph = for_ever(bomb).await;
        let (plugin, configured) = provider(command(), graph).await;
        let before = plugin.peak_mib();
        let started = Instant::now();
        let errors = configured.read_data(SOURCE, &[]).await;
        let (took, after) = (started.elapsed(), plugin.peak_mib());
        let [error] = &errors[..] else { panic!("{name}: {errors:?}") };
        assert!(error.contains("the answer of Graph"), "{name}: {error}");
        assert!(!error.contains("Attempts"), "{name} is asked for once: {error}");
        // How long it takes without optimization says little; that it ends says something.
        eprintln!("{name}: {before:?} MiB before, {after:?} MiB at most, {took:?}");
        if let (Some(before), Some(after)) = (before, after) {
            assert!(after - before <= 125, "{name}: {before} MiB before, {after} MiB at most");
        }
        // It lives, and another answer is as good as ever.
        configured.lives().await;
    }
}

/// A process that may have one gigabyte, which only Linux enforces.
#[cfg(target_os = "linux")]
fn with_a_gigabyte() -> tokio::process::Command {
    let mut command = limited("-v 1048576");
    // The limit is on addresses. With many processors the allocator would reserve most of them without ever using them.
    command.env("MALLOC_ARENA_MAX", "2");
    command
}

/// A Graph whose listings end after so many pages, each made of its number; and how many were asked for.
#[cfg(target_os = "linux")]
async fn listings(
    items: impl Fn(usize) -> String + Send + Sync + 'static,
    last: usize,
) -> (SocketAddr, wire::Counter) {
    let pages = wire::Counter::default();
    let (counted, items) = (pages.clone(), std::sync::Arc::new(items));
    let graph = accept(move |mut stream| {
        let (counted, items) = (counted.clone(), items.clone());
        async move {
            loop {
                let head = head(&mut stream).await;
                if head.is_empty() {
                    return;
                }
                counted.count();
                let token = head.split_once("skiptoken=").map_or("0", |(_, rest)| rest);
                let digits = token.find(|c: char| !c.is_ascii_digit()).unwrap_or(token.len());
                let page = token[..digits].parse::<usize>().unwrap() + 1;
                let port = stream.local_addr().unwrap().port();
                let next = format!("\"http://127.0.0.1:{port}/beta/more?$skiptoken={page}\"");
                let next = if page < last { next } else { "null".to_owned() };
                let items = items(page);
                let body = format!("{{\"@odata.nextLink\":{next},\"value\":[{items}{{}}]}}");
                if stream.write_all(&wire::json(&body)).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    (graph, pages)
}

/// So many objects of a page, with this text in them.
#[cfg(target_os = "linux")]
fn objects(count: usize, text: &str) -> impl Fn(usize) -> String + use<> {
    let text = text.to_owned();
    move |page| {
        (0..count)
            .map(|nth| format!("{{\"id\":\"{page}-{nth}\",\"displayName\":\"{text}\"}},"))
            .collect()
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f10_a_listing_without_end_is_an_error_where_memory_is_little() {
    let texts = "y".repeat(700);
    for (name, text) in [("small objects", ""), ("objects with much in them", texts.as_str())] {
        let (graph, pages) = listings(objects(20_000, text), usize::MAX).await;
        let (plugin, configured) = provider(with_a_gigabyte(), graph).await;
        let errors = configured.read_data(SOURCE, &[]).await;
        let [error] = &errors[..] else { panic!("{name}: {errors:?}") };
        assert!(error.contains("bytes of memory"), "{name}: {error}");
        assert!(pages.seen() > 3, "{name}: it is no single page that is too large");
        eprintln!("{name}: {} pages, {:?} MiB at most", pages.seen(), plugin.peak_mib());
        // It lives: another call is answered.
        configured.lives().await;
    }
}

/// Reads the same ten times at once: the errors of each.
#[cfg(target_os = "linux")]
async fn ten_at_once(configured: &Configured) -> Vec<Vec<String>> {
    let reads = (0..10).map(|_| {
        let configured = configured.clone();
        tokio::spawn(async move { configured.read_data(SOURCE, &[]).await })
    });
    let mut all = Vec::new();
    for read in reads.collect::<Vec<_>>() {
        all.push(read.await.unwrap());
    }
    all
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f10_ten_listings_without_end_at_once_are_errors_where_memory_is_little() {
    // A hundred times as large in memory as on the wire, so that it is quickly read.
    let (graph, pages) = listings(|_| "{\"a\":0},".repeat(49_000), usize::MAX).await;
    let (plugin, configured) = provider(with_a_gigabyte(), graph).await;
    let started = Instant::now();
    for errors in ten_at_once(&configured).await {
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.contains("bytes of memory"), "{error}");
    }
    let (took, peak) = (started.elapsed(), plugin.peak_mib());
    eprintln!("ten at once: {} pages, {peak:?} MiB at most, {took:?}", pages.seen());
    configured.lives().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f10_ten_large_listings_at_once_are_answered_where_memory_is_little() {
    let (graph, pages) = listings(objects(1_500, &"y".repeat(300)), 3).await;
    let (plugin, configured) = provider(with_a_gigabyte(), graph).await;
    let started = Instant::now();
    for errors in ten_at_once(&configured).await {
        assert_eq!(errors, [""; 0]);
    }
    let (took, peak) = (started.elapsed(), plugin.peak_mib());
    eprintln!("ten that end: {} pages, {peak:?} MiB at most, {took:?}", pages.seen());
    configured.lives().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f56_f60_f61_ten_hostile_answers_at_once_are_errors_where_memory_is_little() {
    let mut all: Vec<_> = bombs().into_iter().map(|(_, bomb)| bomb).collect();
    // Those that take most come more often.
    all.extend(bombs().into_iter().filter(|(name, _)| name.contains("cap")).map(|(_, bomb)| bomb));
    assert_eq!(all.len(), 10);
    let (plugin, configured) = provider(with_a_gigabyte(), by_turns(all).await).await;
    let started = Instant::now();
    for errors in ten_at_once(&configured).await {
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.contains("the answer of Graph"), "{error}");
    }
    let (took, peak) = (started.elapsed(), plugin.peak_mib());
    eprintln!("ten hostile answers at once: {peak:?} MiB at most, {took:?}");
    configured.lives().await;
}

/// Values that are no values, of so many bytes; each of a type with a list of texts in it.
fn no_values(size: usize, before: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let array = |length: u32| [before, &[0xdd], &length.to_be_bytes()].concat();
    let filled = |bytes: Vec<u8>, with: &[u8], end: &[u8]| {
        let times = (size - bytes.len() - end.len()) / with.len();
        [bytes, with.repeat(times), end.to_vec()].concat()
    };
    let most = u32::try_from(size).unwrap();
    // As many elements as fit, so that the last one is where the value ends.
    let whole = |end: &[u8]| {
        let count = size - before.len() - 5 - end.len();
        filled(array(u32::try_from(count + 1).unwrap()), &[0xa0], end)
    };
    vec![
        ("cut short", filled(array(most), &[0xc0], &[])),
        ("of another type at the end", whole(&[0xc3])),
        ("not UTF-8 at the end", whole(&[0xa1, 0xff])),
        ("unknown values, cut short", filled(array(most), &[0xd4, 0, 0], &[])),
        ("claiming to be long", array(u32::MAX)),
        ("a hundred thousand levels deep", filled(before.to_vec(), &[0x91].repeat(100_000), &[])),
        ("an extension of four gigabytes", [before, &[0xc9, 0xff, 0xff, 0xff, 0xff, 0]].concat()),
    ]
}

#[tokio::test]
async fn f77_bytes_that_are_no_value_take_little_memory() {
    const SIZE: usize = 16 << 20;
    let start = async || {
        let plugin = Plugin::start_as(command(), &[]).await;
        let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
        (plugin, configured)
    };
    let (source, before) = start().await.1.up_to_a_list();
    for (name, msgpack) in no_values(SIZE, &before) {
        let (plugin, configured) = start().await;
        let first = plugin.peak_mib();
        let request = read_data_source::Request {
            type_name: source.clone(),
            config: Some(DynamicValue { msgpack, json: Vec::new() }),
            ..Default::default()
        };
        let mut client = configured.client.clone();
        let answer = patiently(name, client.read_data_source(request)).await.unwrap().into_inner();
        let [only] = &answer.diagnostics[..] else { panic!("{name}: {answer:?}") };
        let last = plugin.peak_mib();
        eprintln!("{name}: {first:?} MiB before, {last:?} MiB at most: {}", only.detail);
        if let (Some(first), Some(last)) = (first, last) {
            assert!(last - first <= 2 * 16 + 16, "{name}: {first} MiB before, {last} MiB at most");
        }
    }
}

#[tokio::test]
async fn f13_without_descriptors_it_tries_again_and_recovers() {
    let requests = wire::Counter::default();
    let counted = requests.clone();
    let graph = wire::serve(move |_| {
        counted.count();
        wire::json(r#"{"value":[]}"#)
    })
    .await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = limited("-n 40");
    command.env("TF_LOG", "info").stderr(log.reopen().unwrap());
    command.envs(variables(graph));
    command.envs([process::COOKIE]);
    let plugin = Plugin::spawn_unread(command).await;
    let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
    let says = async |what: &str| {
        patiently(what, async {
            while !std::fs::read_to_string(log.path()).unwrap().contains(what) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    };
    // Each connection takes a descriptor of the process.
    let mut crowd = Vec::new();
    for _ in 0..64 {
        crowd.push(UnixStream::connect(plugin.socket()).await.unwrap());
    }
    says("Cannot accept a connection").await;
    let reading = configured.read_data(SOURCE, &[]);
    let leaving = async {
        says("waiting to try again").await;
        assert_eq!(requests.seen(), 0, "there was nothing to send it through");
        drop(crowd);
    };
    let mut reading = std::pin::pin!(reading);
    tokio::select! {
        errors = &mut reading => panic!("it does not try again: {errors:?}"),
        () = leaving => (),
    }
    assert_eq!(reading.await, [""; 0]);
    assert_eq!(requests.seen(), 1);
}

#[tokio::test]
async fn f14_a_log_that_nobody_reads_delays_no_call_and_tells_what_is_missing() {
    const CALLS: usize = 500;
    let mut command = command();
    command.envs([process::COOKIE, ("TF_LOG", "trace")]);
    let mut plugin = Plugin::spawn_unread(command).await;
    let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
    // The name of the type is in every record: 8 KiB and more of log for each of two records of a call. No pipe holds that much.
    let long = "x".repeat(10_000);
    let request = || read_resource::Request { type_name: long.clone(), ..Default::default() };
    for _ in 0..CALLS {
        let mut client = configured.client.clone();
        let answer = patiently("a call", client.read_resource(request())).await.unwrap();
        assert_eq!(answer.into_inner().diagnostics.len(), 1);
    }
    // The reader awakes, and hears all that could wait, and how much is missing.
    let mut lines = BufReader::new(plugin.child.stderr.take().unwrap()).lines();
    let mut records = Vec::new();
    let mut next = async || {
        let line = patiently("the log", lines.next_line()).await.unwrap()?;
        let record: serde_json::Value = serde_json::from_str(&line).expect(&line);
        records.push(record.clone());
        Some(record)
    };
    while !next().await.unwrap()["dropped"].is_number() {}
    // And the log goes on.
    let mut client = configured.client.clone();
    patiently("a call", client.read_resource(request())).await.unwrap();
    shut_down(plugin.connect(None).await.unwrap()).await;
    while next().await.is_some() {}
    assert!(plugin.ended().await.status.success());
    let dropped: u64 = records.iter().filter_map(|record| record["dropped"].as_u64()).sum();
    let gaps = records.iter().filter(|record| record["dropped"].is_number()).count();
    let of_calls = records.iter().filter(|it| it["tf_rpc"] == "ReadResource").count();
    assert!(gaps == 1 && dropped > 0, "more was logged than can wait: {dropped}");
    assert_eq!(u64::try_from(of_calls).unwrap() + dropped, u64::try_from(2 * CALLS + 2).unwrap());
    assert!(of_calls > 100, "and what could wait has come: {of_calls}");
    assert_eq!(records.last().unwrap()["@message"], "Ending");
}

#[tokio::test]
async fn f14_a_log_that_nobody_reads_delays_no_end() {
    let mut command = command();
    command.envs([process::COOKIE, ("TF_LOG", "trace")]);
    let plugin = Plugin::spawn_unread(command).await;
    let (configured, _) = Configured::new(plugin.connect(None).await.unwrap()).await;
    for _ in 0..20 {
        let mut client = configured.client.clone();
        let type_name = "x".repeat(10_000);
        let request = read_resource::Request { type_name, ..Default::default() };
        patiently("a call", client.read_resource(request)).await.unwrap();
    }
    let asked = Instant::now();
    shut_down(plugin.connect(None).await.unwrap()).await;
    assert!(plugin.ended().await.status.success());
    assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
}
