//! Several pieces of work at once, but not too many.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Does all pieces of work, at most `at_once` at the same time, and gives their results in order. Nothing is spawned: whoever drops
/// this drops them all.
pub(super) async fn together<T, F>(work: impl IntoIterator<Item = F>, at_once: usize) -> Vec<T>
where
    F: Future<Output = T>,
{
    let mut waiting: VecDeque<(usize, Pin<Box<F>>)> =
        work.into_iter().map(Box::pin).enumerate().collect();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done: Vec<(usize, T)> = Vec::new();
    poll_fn(|cx| {
        loop {
            while running.len() < at_once.max(1)
                && let Some(next) = waiting.pop_front()
            {
                running.push(next);
            }
            let before = done.len();
            running.retain_mut(|(index, work)| match work.as_mut().poll(cx) {
                Poll::Ready(result) => {
                    done.push((*index, result));
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() && waiting.is_empty() {
                return Poll::Ready(());
            }
            // Whoever takes a free place has not been polled yet.
            if done.len() == before || waiting.is_empty() {
                return Poll::Pending;
            }
        }
    })
    .await;
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn as_many_as_may_run_at_once_and_the_order_stays() {
        let (running, most) = (Cell::new(0), Cell::new(0));
        let work = (0..10_u64).map(|number| {
            let (running, most) = (&running, &most);
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                tokio::time::sleep(Duration::from_secs(10 - number)).await;
                running.set(running.get() - 1);
                number
            }
        });
        let start = tokio::time::Instant::now();
        let work: Vec<_> = work.collect();
        assert_eq!(together(work, 3).await, (0..10).collect::<Vec<_>>());
        assert_eq!(most.get(), 3);
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn nothing_to_do_is_done_at_once() {
        assert_eq!(together(Vec::<std::future::Ready<u8>>::new(), 3).await, [0_u8; 0]);
    }
}
