//! The append-only history of one correlation key.

use super::entry::Entry;
use crate::bytes::{Reader, Writer};

/// The log of a key: entries and their times, one after the other, as bytes.
///
/// A time is kept as the difference, in milliseconds, from that of the entry before; the first from the epoch.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a>(&'a [u8]);

impl<'a> Log<'a> {
    /// A log over its bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The time of the last entry, in milliseconds since the epoch; 0 for an empty log.
    pub(super) fn last_time(self) -> i64 {
        self.entries().last().map_or(0, |(time, _)| time)
    }

    /// The entries in order, each with its time in milliseconds since the epoch. Bytes that are no entry end it.
    pub fn entries(self) -> impl Iterator<Item = (i64, Entry<'a>)> {
        let mut reader = Reader::new(self.0);
        let mut time = 0_i64;
        core::iter::from_fn(move || {
            time = time.wrapping_add(reader.signed()?);
            Some((time, Entry::decode(&mut reader)?))
        })
    }
}

/// Appends an entry to a log whose last entry has the time `last`; 0 for an empty log.
pub(super) fn append(log: &mut Vec<u8>, last: i64, time: i64, entry: &Entry<'_>) {
    let mut writer = Writer::new(log);
    writer.signed(time.wrapping_sub(last));
    entry.encode(&mut writer);
}
