//! The key and the log of a join as its record keeps them.

/// So many bytes are kept in the record itself: the key of a UUID and one event with its context are 50.
const ROOM: usize = 54;

/// So many of more, beside where the others are.
const HEAD: usize = 42;

/// Below this length, a log has no room to spare; a longer one may double, or it would be copied for each entry.
const SHORT: usize = 256;

/// Bytes, of which the first are kept in place.
///
/// Most joins wait for their second event: an allocation of its own would cost each offer a call of the allocator and
/// each join 20 bytes more.
#[derive(Debug)]
pub(super) enum Packed {
    /// The first `len` bytes of the room.
    Here { len: u8, room: [u8; ROOM] },
    /// More than there is room for.
    Away { head: [u8; HEAD], rest: Vec<u8> },
}

impl Default for Packed {
    fn default() -> Self {
        Self::Here { len: 0, room: [0; ROOM] }
    }
}

/// How many of so many bytes are kept outside of the record.
pub(super) fn outside(len: usize) -> usize {
    if len <= ROOM { 0 } else { len.saturating_sub(HEAD) }
}

/// How many bytes may be allocated at once where the log of a join grows to so many: it is copied, or doubles.
pub(super) fn allocation(len: usize) -> usize {
    outside(len).saturating_mul(2)
}

impl Packed {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut packed = Self::default();
        packed.append(bytes);
        packed
    }

    /// What is in place, and the rest.
    #[inline]
    fn parts(&self) -> (&[u8], &[u8]) {
        match self {
            Self::Here { len, room } => (room.get(..usize::from(*len)).unwrap_or_default(), &[]),
            Self::Away { head, rest } => (head, rest),
        }
    }

    /// What is in place: all of them, or the first.
    #[inline]
    pub(super) fn in_place(&self) -> &[u8] {
        self.parts().0
    }

    pub(super) fn len(&self) -> usize {
        let (first, rest) = self.parts();
        first.len().saturating_add(rest.len())
    }

    #[inline]
    pub(super) fn starts_with(&self, bytes: &[u8]) -> bool {
        let (first, rest) = self.parts();
        match bytes.split_at_checked(first.len()) {
            Some((begin, end)) => first == begin && rest.starts_with(end),
            None => first.starts_with(bytes),
        }
    }

    /// Copies all of them to `bytes`, in place of what was there.
    pub(super) fn read(&self, bytes: &mut Vec<u8>) {
        let (first, rest) = self.parts();
        bytes.clear();
        bytes.extend_from_slice(first);
        bytes.extend_from_slice(rest);
    }

    /// Forgets all of them, and gives back what is not in place.
    pub(super) fn clear(&mut self) {
        match self {
            Self::Here { len, .. } => *len = 0,
            Self::Away { .. } => *self = Self::default(),
        }
    }

    pub(super) fn append(&mut self, more: &[u8]) {
        match self {
            Self::Away { rest, .. } => {
                if rest.len() < SHORT {
                    rest.reserve_exact(more.len());
                }
                rest.extend_from_slice(more);
            }
            Self::Here { len, room } => {
                let start = usize::from(*len);
                let end = start.saturating_add(more.len());
                if let (Some(place), Ok(end)) = (room.get_mut(start..end), u8::try_from(end)) {
                    place.copy_from_slice(more);
                    *len = end;
                    return;
                }
                let here = room.get(..start).unwrap_or_default();
                // Two loops: one over both asks at every byte which of them it is in.
                let mut head = [0; HEAD];
                for (to, from) in head.iter_mut().zip(here) {
                    *to = *from;
                }
                for (to, from) in head.iter_mut().skip(start).zip(more) {
                    *to = *from;
                }
                let mut rest = Vec::with_capacity(outside(end));
                rest.extend_from_slice(here.get(HEAD..).unwrap_or_default());
                rest.extend_from_slice(more.get(HEAD.saturating_sub(start)..).unwrap_or_default());
                *self = Self::Away { head, rest };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_however_they_were_put_together() {
        let all: Vec<u8> = (0..200).collect();
        let mut read = vec![7; 9];
        for first in 0..120 {
            for second in [0, 1, 11, 12, 13, 41, 42, 43, 53, 54, 55, 80] {
                let mut packed = Packed::new(&all[..first]);
                packed.append(&all[first..first + second]);
                let bytes = &all[..first + second];
                packed.read(&mut read);
                assert_eq!((&read[..], packed.len()), (bytes, bytes.len()));
                for len in 0..=bytes.len() {
                    assert!(packed.starts_with(&bytes[..len]), "{len} of {first} and {second}");
                }
                assert!(!packed.starts_with(&all[..=bytes.len()]));
                for at in [0, 41, 42, 53, 54].into_iter().filter(|at| *at < bytes.len()) {
                    let mut other = bytes.to_vec();
                    other[at] ^= 1;
                    assert!(!packed.starts_with(&other), "another byte at {at}");
                }
                if let Packed::Away { rest, .. } = &packed {
                    assert_eq!((rest.len(), rest.capacity()), (outside(bytes.len()), outside(bytes.len())));
                }
                packed.clear();
                assert_eq!((packed.len(), packed.parts()), (0, (&[][..], &[][..])));
            }
        }
    }
}
