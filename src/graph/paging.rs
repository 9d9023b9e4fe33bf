//! Listings: page after page, within bounds.
//!
//! There is more exactly when there is a next link; pages may be empty or short. The link is opaque and is followed as it is, but only to
//! where a token may go, and only once. Objects that change during a listing can come twice.
//! Source: <https://learn.microsoft.com/graph/paging>.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::client::{Call, Context};
use super::origin::Address;
use super::retry::Class;
use super::room::{Place, SMALL};
use super::{Client, Error, Request, json};

/// Most pages of one listing.
const PAGES: usize = 2_000;
/// Most items of one listing.
const ITEMS: usize = 500_000;
/// Most memory that the items of one listing may take, in bytes. Real tenants stay far below, and a process that is given a gigabyte
/// must live through a service that never stops.
const MEMORY: usize = 256 << 20;
/// The smallest page that is asked for.
const SMALLEST_PAGE: usize = 20;
/// The first page size to try where the service chose its own and was overloaded by it.
const FIRST_SMALL_PAGE: usize = 100;
/// What a smaller page is asked for because of.
const OVERLOADED: Class = Class::Transient { timeout: false };
/// How often a page may be refused for overload before a smaller one is asked for.
const OVERLOADS: u32 = 2;

impl Client {
    /// All items of a collection, page by page, without duplicates by `id`, in the order seen. Stops at `limit` items.
    ///
    /// A service that is overloaded by its own page size is asked for smaller pages, down to 20 items; a listing whose next link has
    /// expired is begun once more.
    ///
    /// # Errors
    /// As [`Client::send`]; also a next link to another origin, a cycle, too many pages or items, or items that are too large together.
    pub async fn list(
        &self,
        cx: &Context,
        request: &Request,
        limit: Option<usize>,
    ) -> Result<Vec<Json>, Error> {
        self.list_in_room(cx, request, limit).await.map(|(items, _)| items)
    }

    /// The same with the place that the items take if they are large. Others wait for it, so whoever has it must not ask for anything.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn list_in_room(
        &self,
        cx: &Context,
        request: &Request,
        limit: Option<usize>,
    ) -> Result<(Vec<Json>, Option<Place>), Error> {
        let mut request = request.clone();
        let mut overloaded: Option<Error> = None;
        let mut restarted = false;
        loop {
            let mut listing = Listing::new(limit);
            let error = match self.pages(cx, &request, &mut listing).await {
                Ok(()) => return Ok((listing.items, listing.place)),
                Err(error) => error,
            };
            // What was listed is of no use any more, and others may wait for its place.
            let pages = listing.pages;
            drop(listing);
            if matches!(error.status(), Some(503 | 504))
                && !error.is_deadline()
                && !error.is_stopped()
                && let Some(smaller) = smaller_page(&request)
                // In an outage smaller pages are only more requests.
                && self.may_repeat(&request, OVERLOADED)
            {
                let wait = OVERLOADED.delay(1, None, &*self.runtime().random);
                self.pause(cx, wait, "the listing is begun again with smaller pages")
                    .await
                    .map_err(|_| error.clone())?;
                set_page(&mut request, smaller);
                overloaded = Some(error);
                continue;
            }
            // Some services refuse `$top` altogether: then the first failure is the one to tell of.
            if error.status() == Some(400)
                && pages == 0
                && let Some(overloaded) = overloaded
            {
                return Err(overloaded);
            }
            let expired = pages > 0 && matches!(error.status(), Some(400 | 410));
            if !expired || std::mem::replace(&mut restarted, true) {
                return Err(error);
            }
            tracing::info!(
                template = request.template,
                "the listing is begun again: its next link has expired"
            );
        }
    }

    async fn pages(
        &self,
        cx: &Context,
        request: &Request,
        listing: &mut Listing,
    ) -> Result<(), Error> {
        let mut next = Some(self.address(request)?);
        while let Some(address) = next {
            listing.visit(&address)?;
            let overloads = if smaller_page(request).is_some() { OVERLOADS } else { u32::MAX };
            let place = listing.place.take();
            let (reply, place) = self.run(cx, Call { request, address, overloads, place }).await?;
            listing.place = place;
            listing.pages += 1;
            let Json::Object(mut page) = reply.body else {
                return Err(Error::malformed("the page is no object"));
            };
            match page.remove("value") {
                Some(Json::Array(items)) => listing.add(items)?,
                _ => return Err(Error::malformed("the page holds no list named `value`")),
            }
            if listing.memory <= SMALL {
                listing.place = None;
            } else if listing.place.is_none() {
                listing.place = Some(self.place(cx).await?);
            }
            if listing.is_full() {
                return Ok(());
            }
            next = match page.remove("@odata.nextLink") {
                None | Some(Json::Null) => None,
                Some(Json::String(link)) => Some(self.admit(&link, request.version)?),
                Some(_) => return Err(Error::malformed("the next link is no text")),
            };
        }
        Ok(())
    }
}

struct Listing {
    limit: usize,
    pages: usize,
    /// What the items take, in bytes.
    memory: usize,
    /// The place in the room, while that is more than what is small.
    place: Option<Place>,
    items: Vec<Json>,
    ids: BTreeSet<String>,
    visited: BTreeSet<String>,
}

impl Listing {
    fn new(limit: Option<usize>) -> Self {
        let limit = limit.unwrap_or(usize::MAX);
        Listing {
            limit,
            pages: 0,
            memory: 0,
            place: None,
            items: Vec::new(),
            ids: BTreeSet::new(),
            visited: BTreeSet::new(),
        }
    }

    fn visit(&mut self, address: &Address) -> Result<(), Error> {
        if self.pages >= PAGES {
            return Err(Error::malformed(&format!("the listing has more than {PAGES} pages")));
        }
        if !self.visited.insert(address.as_str().to_owned()) {
            return Err(Error::malformed("a next link leads back to a page that was read before"));
        }
        Ok(())
    }

    fn add(&mut self, items: Vec<Json>) -> Result<(), Error> {
        for item in items {
            if self.is_full() {
                return Ok(());
            }
            let is_new = match item.get("id").and_then(Json::as_str) {
                Some(id) => self.ids.insert(id.to_owned()),
                None => true,
            };
            if is_new {
                self.memory += json::weight(&item);
                self.items.push(item);
            }
            if self.memory > MEMORY {
                return Err(Error::malformed(&format!(
                    "the listing would take more than {MEMORY} bytes of memory"
                )));
            }
            if self.items.len() > ITEMS {
                return Err(Error::malformed(&format!("the listing has more than {ITEMS} items")));
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.items.len() >= self.limit
    }
}

/// The next smaller page size, if there is one.
fn smaller_page(request: &Request) -> Option<usize> {
    match request.query.iter().find(|(name, _)| name == "$top") {
        None => Some(FIRST_SMALL_PAGE),
        Some((_, top)) => {
            let top: usize = top.parse().ok()?;
            (top > SMALLEST_PAGE).then(|| (top / 2).max(SMALLEST_PAGE))
        }
    }
}

fn set_page(request: &mut Request, size: usize) {
    request.query.retain(|(name, _)| name != "$top");
    request.query.push(("$top".to_owned(), size.to_string()));
}

#[cfg(test)]
mod tests;
