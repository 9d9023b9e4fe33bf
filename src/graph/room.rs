//! Room for large answers: at any time one listing or answer of a process may be large, and all others wait for it.
//!
//! A gigabyte is little when ten listings at once each take a quarter of it, and a service that never stops can make them. So an answer
//! or a listing is free to take [`SMALL`] bytes, and whatever grows beyond that needs the one place in the room.
//!
//! Nobody waits for ever, because nobody waits for the place while having anything that its owner could need. The owner needs turns
//! ([`gate`](super::gate)), and whoever waits for the place has none: an answer that turns out to be large while the place is taken is
//! given up, its turn with it, and asked for once more by whoever has the place then. A listing waits between its pages, when it has no
//! turn either, and holds no more than what is small. And nobody can wait for the place who has it, since a place goes with the listing
//! from page to page and is given back before its caller can begin another one.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Clock;
use super::client::Context;
use super::error::Cut;

/// What an answer on the wire, an answer in memory, and the items of a listing may take without the place, in bytes each. More than what
/// nearly every page of Graph takes; ten times three of them are a tenth of a gigabyte.
pub(super) const SMALL: usize = 4 << 20;

/// The room of all clients of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Semaphore>);

/// The one place in a room; giving it back is dropping it.
#[derive(Clone, Debug)]
pub struct Place(
    #[expect(dead_code, reason = "it is there to be dropped")] Arc<OwnedSemaphorePermit>,
);

impl Default for Room {
    fn default() -> Self {
        Room(Arc::new(Semaphore::new(1)))
    }
}

impl Room {
    /// The place, if nobody has it.
    fn try_take(&self) -> Option<Place> {
        Some(Place(Arc::new(Arc::clone(&self.0).try_acquire_owned().ok()?)))
    }

    /// Waits for the place. Only for those who have neither a turn nor a place.
    ///
    /// # Errors
    /// With what was waited for, when the operation ends first.
    pub(super) async fn take(
        &self,
        cx: &Context,
        clock: &dyn Clock,
    ) -> Result<Place, (Cut, &'static str)> {
        const WAITS: &str = "while another large answer took the memory that there is for them";
        if let Some(place) = self.try_take() {
            return Ok(place);
        }
        tracing::info!("waiting: another large answer takes the memory that there is for them");
        let permit = cx.race(clock, Arc::clone(&self.0).acquire_owned()).await;
        // The semaphore is never closed.
        let permit = permit.map_err(|cut| (cut, WAITS))?.map_err(|_| (Cut::Stopped, WAITS))?;
        Ok(Place(Arc::new(permit)))
    }
}

/// What goes with a request and comes back with its answer: how large the answer may become.
#[derive(Clone, Debug)]
pub(super) struct Size {
    room: Room,
    pub(super) place: Option<Place>,
}

impl Size {
    /// For a request of somebody who has the place, or not.
    pub(super) fn new(room: &Room, place: Option<Place>) -> Self {
        Size { room: room.clone(), place }
    }

    /// Whether the answer may take so many bytes; takes the place when that needs it and it is free.
    pub(super) fn allows(&mut self, bytes: usize) -> bool {
        if bytes > SMALL && self.place.is_none() {
            self.place = self.room.try_take();
        }
        bytes <= SMALL || self.place.is_some()
    }
}
