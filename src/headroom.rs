//! Whether there is memory for something, asked for before anything is recorded: what the allocator cannot give ends a
//! whole WebAssembly instance, and with it every join in it.

use core::cell::Cell;

/// Always left at least for what is needed for a moment: texts, answers, batches of some thousand messages.
const RESERVE: usize = 1 << 20;

/// One part in so many of it is left where joins end, which takes little and gives back more.
const LAST: usize = 2;

/// So much is asked for ahead at least: to ask takes an eighth of the time of an offer.
const AHEAD: usize = 1 << 16;

thread_local! {
    /// Beside the reserve, the allocator had so much when it was last asked, and none of it has been promised since.
    static FREE: Cell<usize> = const { Cell::new(0) };
    /// The most that was ever to be there for a moment: what is kept may be asked about again, and end, at any time.
    static MOST: Cell<usize> = const { Cell::new(RESERVE) };
}

/// Whether so many bytes can be kept; they are promised then. What is needed for a `moment` beside them must be there
/// too, then and from then on. Where the allocator has to be asked, it is asked for `ahead` more, if it has them.
#[inline]
pub(crate) fn promise(bytes: usize, moment: usize, ahead: usize) -> bool {
    let most = MOST.get();
    (moment <= most && is_promised(bytes)) || ask(bytes, moment.max(most), ahead.max(AHEAD))
}

/// As [`promise`], for what a join takes when it ends.
#[inline(never)]
pub(crate) fn promise_to_end(bytes: usize) -> bool {
    is_promised(bytes) || ask(bytes, MOST.get() / LAST, 0)
}

#[inline]
fn is_promised(bytes: usize) -> bool {
    let rest = FREE.get().checked_sub(bytes);
    rest.inspect(|rest| FREE.set(*rest)).is_some()
}

#[inline(never)]
fn ask(bytes: usize, moment: usize, ahead: usize) -> bool {
    // Two blocks: what is free in the midst of others may serve what is kept, but no large text.
    let reserve = block(moment);
    let more = [ahead, 0].into_iter().find(|more| {
        let all = bytes.saturating_add(*more);
        reserve.capacity() > 0 && block(all).capacity() >= all
    });
    FREE.set(more.unwrap_or(0));
    if more.is_some() {
        MOST.set(MOST.get().max(moment));
    }
    more.is_some()
}

/// A block of so many bytes; one of none where there is no memory. What is freed stays with the allocator; unseen, or the
/// compiler would leave both out.
#[inline(never)]
pub(crate) fn block(bytes: usize) -> Vec<u8> {
    let mut block = Vec::new();
    // What comes of it shows in its capacity.
    let _ = block.try_reserve_exact(bytes);
    core::hint::black_box(block)
}
