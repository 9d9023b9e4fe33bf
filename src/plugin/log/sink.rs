//! The way of a line to stderr, on which nobody who logs ever waits.
//!
//! A host that hangs reads nothing; then the pipe is full, and a write to it takes for ever. So lines wait in a queue which a thread of
//! its own empties. Lines that find the queue full are dropped and counted, and where they are missing the log says how many they were.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// Most bytes that wait. A host that reads at all is never so far behind.
const MOST: usize = 4 << 20;

/// Stack of the thread in bytes; it copies lines and calls `write`.
const STACK: usize = 128 << 10;

type Write = dyn Fn(&[u8]) -> io::Result<()> + Send + Sync;
type Gap = dyn Fn(u64) -> Vec<u8> + Send + Sync;

/// Where lines go. Clones share the queue.
#[derive(Clone)]
pub(super) struct Sink(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    /// There is something to write.
    filled: Condvar,
    /// There is nothing to write, or nowhere to write it to.
    drained: Condvar,
    broken: CancellationToken,
    /// Writes a line, and may block for as long as it likes.
    write: Box<Write>,
    /// Words for a number of lines that were dropped.
    gap: Box<Gap>,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Vec<u8>>,
    /// Bytes of all lines, the one that is being written included.
    bytes: usize,
    /// Lines that were dropped since the last one that was not.
    dropped: u64,
    /// Whether there is a thread that writes. It comes with the first line.
    started: bool,
    /// Whether a line is being written.
    writing: bool,
}

impl Queue {
    fn put(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.lines.push_back(line);
    }

    fn is_drained(&self) -> bool {
        self.lines.is_empty() && !self.writing && self.dropped == 0
    }
}

impl Sink {
    /// A way to `write`. `gap` words how many lines are missing at a place; `broken` is cancelled when a write fails.
    pub(super) fn new(
        write: impl Fn(&[u8]) -> io::Result<()> + Send + Sync + 'static,
        gap: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
        broken: CancellationToken,
    ) -> Self {
        Sink(Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            drained: Condvar::new(),
            broken,
            write: Box::new(write),
            gap: Box::new(gap),
        }))
    }

    /// Cancelled once a write has failed.
    pub(super) fn broken(&self) -> &CancellationToken {
        &self.0.broken
    }

    /// Queues a line with its end, or drops it when the queue is full. It never waits for the reader.
    pub(super) fn send(&self, line: Vec<u8>) {
        let mut queue = self.0.queue();
        // Once lines were dropped, there must be ample room again: a gap is better than a hundred gaps.
        let most = if queue.dropped == 0 { MOST } else { MOST / 2 };
        if queue.bytes.saturating_add(line.len()) > most {
            queue.dropped += 1;
        } else {
            self.queue(&mut queue, line);
        }
    }

    /// Queues what must not be missing, however full the queue is.
    pub(super) fn insist(&self, text: Vec<u8>) {
        self.queue(&mut self.0.queue(), text);
    }

    fn queue(&self, queue: &mut Queue, line: Vec<u8>) {
        if self.0.broken.is_cancelled() {
            return;
        }
        if !queue.started {
            let shared = Arc::clone(&self.0);
            let thread = thread::Builder::new().name("log".to_owned()).stack_size(STACK);
            queue.started = thread.spawn(move || shared.work()).is_ok();
        }
        if !queue.started {
            queue.dropped += 1;
            return;
        }
        if queue.dropped > 0 {
            let gap = (self.0.gap)(std::mem::take(&mut queue.dropped));
            queue.put(gap);
        }
        queue.put(line);
        self.0.filled.notify_one();
    }

    /// Waits until everything is written, but not longer than this. Whether it is.
    pub(super) fn flush(&self, patience: Duration) -> bool {
        let waits = |queue: &mut Queue| !queue.is_drained() && !self.0.broken.is_cancelled();
        let (queue, _) = self
            .0
            .drained
            .wait_timeout_while(self.0.queue(), patience, waits)
            .unwrap_or_else(PoisonError::into_inner);
        queue.is_drained()
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes until a write fails.
    fn work(&self) {
        let mut queue = self.queue();
        loop {
            // What was dropped at the end of a rush is told without waiting for the next line.
            if queue.lines.is_empty() && queue.dropped > 0 {
                let gap = (self.gap)(std::mem::take(&mut queue.dropped));
                queue.put(gap);
            }
            let Some(line) = queue.lines.pop_front() else {
                self.drained.notify_all();
                queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            queue.writing = true;
            drop(queue);
            let written = (self.write)(&line);
            queue = self.queue();
            queue.writing = false;
            queue.bytes = queue.bytes.saturating_sub(line.len());
            if written.is_err() {
                *queue = Queue { started: true, ..Queue::default() };
                self.broken.cancel();
                self.drained.notify_all();
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
