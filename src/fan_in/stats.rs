//! What a table holds and what it has answered.

/// Counts of a table. The first three are of now, the others since it was made.
///
/// Every offer is counted once:
/// `offered == arrivals + completed + redelivered + duplicates + late + conflicts + rejected`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Joins that wait.
    pub pending: u64,
    /// Closed joins that are remembered.
    pub tombstones: u64,
    /// Bytes that all of them take: 104 each; where key and log are more than 54, all of these but 42 beside.
    pub bytes: u64,
    /// Events offered.
    pub offered: u64,
    /// Events that were answered `pending`.
    pub arrivals: u64,
    /// Events that closed their join.
    pub completed: u64,
    /// Events that closed their join and came again before it was settled.
    pub redelivered: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// New events of a closed join.
    pub late: u64,
    /// Events for a slot that had another.
    pub conflicts: u64,
    /// Events that were not taken.
    pub rejected: u64,
    /// Of `arrivals`: those that took the place of another event.
    pub replaced: u64,
    /// Joins whose time was over.
    pub expired: u64,
    /// Joins that made room for others.
    pub evicted: u64,
    /// Closed joins whose work was reported as done.
    pub settled: u64,
    /// Joins that were forgotten on request.
    pub forgotten: u64,
    /// Tombstones that made room before their retention had ended.
    pub tombstones_dropped: u64,
    /// Evicted joins that `expire` never handed out.
    pub undelivered: u64,
}

/// Counts one more.
pub(super) fn count(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}
