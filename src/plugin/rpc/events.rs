//! Answers that come piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tonic::Status;

use crate::tf::Diagnostic;

/// How many pieces may wait for a slow client.
pub(super) const WAITING: usize = 16;

/// Work that sends pieces while it runs. `Err` when it panicked.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<(), Diagnostic>> + Send>>;

/// The pieces that work sends, and at the end what there is to say about a panic.
pub(super) struct Events<T, P> {
    pieces: mpsc::Receiver<T>,
    work: Option<Work>,
    panic: Option<Diagnostic>,
    convert: fn(T) -> P,
    report: fn(Diagnostic) -> P,
}

impl<T, P> Events<T, P> {
    /// Drives `work`, which sends into the other end of `pieces`.
    pub(super) fn new(
        pieces: mpsc::Receiver<T>,
        work: Work,
        convert: fn(T) -> P,
        report: fn(Diagnostic) -> P,
    ) -> Self {
        Events { pieces, work: Some(work), panic: None, convert, report }
    }
}

impl<T, P> Stream for Events<T, P> {
    type Item = Result<P, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(work) = &mut self.work
            && let Poll::Ready(outcome) = work.as_mut().poll(cx)
        {
            self.work = None;
            self.panic = outcome.err();
        }
        match ready!(self.pieces.poll_recv(cx)) {
            Some(piece) => Poll::Ready(Some(Ok((self.convert)(piece)))),
            // All has been sent. What is left is to hear how the work ended.
            None if self.work.is_some() => Poll::Pending,
            None => Poll::Ready(self.panic.take().map(|panic| Ok((self.report)(panic)))),
        }
    }
}
