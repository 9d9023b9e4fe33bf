//! Readers of all tempers: prompt, gone, and asleep.

use std::sync::mpsc::{self, Receiver, Sender};

use super::*;

/// Nothing takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sink that writes a line for each token of the sender that is given back, and hands it to the receiver.
fn sink() -> (Sink, Sender<()>, Receiver<String>) {
    let (permits, permitted) = mpsc::channel::<()>();
    let (written, lines) = mpsc::channel();
    let (permitted, written) = (Mutex::new(permitted), Mutex::new(written));
    let write = move |line: &[u8]| {
        // Without a permit this blocks for ever, as a full pipe does that nobody reads.
        permitted.lock().unwrap().recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
        let line = String::from_utf8(line.to_vec()).unwrap();
        written.lock().unwrap().send(line).map_err(|_| io::ErrorKind::BrokenPipe.into())
    };
    let gap = |count| format!("{count} dropped\n").into_bytes();
    (Sink::new(write, gap, CancellationToken::new()), permits, lines)
}

/// A line of a KiB that begins with a number.
fn line(number: usize) -> Vec<u8> {
    format!("{number:<1023}\n").into_bytes()
}

#[test]
fn lines_come_in_order_and_a_flush_waits_for_the_last() {
    let (sink, permits, lines) = sink();
    for number in 0..100 {
        permits.send(()).unwrap();
        sink.send(line(number));
    }
    assert!(sink.flush(PATIENCE));
    let seen: Vec<usize> = lines.try_iter().map(|line| line.trim().parse().unwrap()).collect();
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
}

#[test]
fn f14_a_reader_who_sleeps_delays_nobody_and_hears_how_much_is_missing() {
    const SENT: usize = 20_000;
    let (sink, permits, lines) = sink();
    // That this ends is the point: no line is taken off meanwhile.
    for number in 0..SENT {
        sink.send(line(number));
    }
    assert!(!sink.flush(Duration::from_millis(1)), "nothing can have been written");
    // The reader awakes.
    let kept = MOST / 1024;
    for _ in 0..=kept {
        permits.send(()).unwrap();
    }
    for number in 0..kept {
        assert_eq!(lines.recv_timeout(PATIENCE).unwrap().as_bytes(), line(number));
    }
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), format!("{} dropped\n", SENT - kept));
    // And the next line is as good as ever.
    permits.send(()).unwrap();
    sink.send(line(7));
    assert_eq!(lines.recv_timeout(PATIENCE).unwrap().as_bytes(), line(7));
    assert!(sink.flush(PATIENCE));
}

#[test]
fn a_gap_is_told_where_it_is_and_once() {
    let (sink, permits, lines) = sink();
    let kept = MOST / 1024;
    for number in 0..kept + 5 {
        sink.send(line(number));
    }
    // A little room is not enough to go on.
    permits.send(()).unwrap();
    lines.recv_timeout(PATIENCE).unwrap();
    sink.send(line(0));
    // Who has the next line knows that the one before has left the queue.
    for _ in 0..=kept / 2 {
        permits.send(()).unwrap();
        lines.recv_timeout(PATIENCE).unwrap();
    }
    sink.send(b"after\n".to_vec());
    for _ in 0..kept {
        permits.send(()).unwrap();
    }
    assert!(sink.flush(PATIENCE));
    let rest: Vec<String> = lines.try_iter().collect();
    let gap = rest.iter().position(|line| line == "6 dropped\n").unwrap();
    assert_eq!(&rest[gap + 1..], ["after\n"]);
}

#[test]
fn what_must_not_be_missing_passes_a_full_queue() {
    let (sink, permits, lines) = sink();
    for number in 0..10_000 {
        sink.send(line(number));
    }
    sink.insist(b"panic: last words\n".to_vec());
    for _ in 0..10_000 {
        permits.send(()).unwrap();
    }
    assert!(sink.flush(PATIENCE));
    assert_eq!(lines.try_iter().last().unwrap(), "panic: last words\n");
}

#[test]
fn a_reader_who_is_gone_is_told_and_survived() {
    let (sink, permits, lines) = sink();
    drop((permits, lines));
    for number in 0..10_000 {
        sink.send(line(number));
    }
    assert!(sink.flush(PATIENCE), "nothing is left to write");
    assert!(sink.broken().is_cancelled());
    sink.insist(b"nobody hears this\n".to_vec());
    assert!(sink.flush(PATIENCE));
}
