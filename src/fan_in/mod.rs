//! Fan-in: the state that says when all the events a piece of work waits for have arrived.
//!
//! Each correlation key has an append-only log. What a join is, and what an event that is offered does to it, is a
//! pure function of its [`Definition`] and that log ([`Join`]). [`FanIn`] keeps the logs in memory, with deadlines,
//! bounds and tombstones; a shared store may keep them elsewhere and ask the same function.
//!
//! ```
//! use spanlink::fan_in::{Definition, FanIn, Offer, Outcome, Slot};
//! use spanlink::SpanContext;
//!
//! let definition = Definition::new("fulfillment", 60_000, [Slot::new("payment"), Slot::new("inventory")]);
//! let (payment, inventory) = (definition.slot("payment"), definition.slot("inventory"));
//! let mut orders = FanIn::new(definition)?;
//!
//! let paid = SpanContext::extract(["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"], [""; 0]).ok();
//! let reserved = SpanContext::extract(["00-af7651916cd43dd8448eb211c80319c6-b7ad6b7169203331-01"], [""; 0]).ok();
//!
//! let reserved = Offer { context: reserved.as_ref().map(Into::into), ..Offer::new(b"order-1", inventory) };
//! assert!(matches!(orders.offer(1_000, &reserved), Outcome::Pending { .. }));
//!
//! let paid = Offer { context: paid.as_ref().map(Into::into), ..Offer::new(b"order-1", payment) };
//! let Outcome::Complete { joined, redelivered: false, .. } = orders.offer(1_250, &paid) else { panic!() };
//! let relationships: Vec<_> = joined.to_links().map(|link| link.attributes.get("link.relationship").cloned()).collect();
//! assert_eq!(relationships, [Some("payment".into()), Some("inventory".into())]);
//! assert_eq!(joined.wait_ms(), 250);
//!
//! assert!(orders.settle(1_300, b"order-1", None));
//! assert_eq!(orders.stats().pending, 0);
//! # Ok::<(), spanlink::fan_in::DefinitionError>(())
//! ```
//!
//! | an event that is offered | outcome |
//! |---|---|
//! | new, the join open | [`Outcome::Pending`] |
//! | new, and with it the completion rule holds | [`Outcome::Complete`], not redelivered |
//! | the one that closed the join, again, before it is settled | [`Outcome::Complete`], redelivered, equal links |
//! | any other that is there already | [`Outcome::Duplicate`] |
//! | new, the join closed | [`Outcome::Late`] |
//! | new, its slot of one taken by another | [`Outcome::Conflict`], or it takes the other's place |
//! | one that cannot be kept | [`Outcome::Rejected`], nothing recorded |

mod deadlines;
mod definition;
mod entry;
mod joined;
mod key;
mod log;
mod outcome;
mod packed;
mod records;
mod reduce;
mod retention;
mod stats;
mod table;

pub use definition::{Complete, Definition, DefinitionError, MAX_SLOTS, OnConflict, OnFull, Slot};
pub use entry::{Arrival, ContextRef, Entry, EventId, KeptContext};
pub use joined::{Joined, JoinedLink};
pub use log::Log;
pub use outcome::{Expired, Outcome, Phase, Progress, Rejection};
pub use reduce::{Close, Join, Placement};
pub use stats::Stats;
pub use table::{FanIn, Offer};
