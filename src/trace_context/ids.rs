//! Trace ids, span ids and trace flags. An id that exists is valid: the zero id cannot be built.

use core::fmt;

use super::hex;

/// Declares an id of a fixed number of bytes that is never all zero.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $number:ident, $bytes:literal, $chars:literal, $example:literal) => {
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("use spanlink::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id = ", stringify!($name), "::from_hex(b\"", $example, "\").expect(\"a valid id\");")]
        #[doc = concat!("assert_eq!(id.to_string(), \"", $example, "\");")]
        #[doc = concat!("assert_eq!(", stringify!($name), "::from_bytes([0; ", stringify!($bytes), "]), None);")]
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name($number);

        impl $name {
            #[doc = concat!("The id made of these ", stringify!($bytes), " bytes; `None` when all are zero.")]
            #[must_use]
            pub fn from_bytes(bytes: [u8; $bytes]) -> Option<Self> {
                let number = $number::from_ne_bytes(bytes);
                if number == 0 { None } else { Some(Self(number)) }
            }

            #[doc = concat!("The id written as exactly ", stringify!($chars), " lower-case hexadecimal characters;")]
            /// `None` for anything else and for all zeros.
            #[must_use]
            #[inline(never)]
            pub fn from_hex(text: &[u8]) -> Option<Self> {
                hex::decode(text).and_then(Self::from_bytes)
            }

            /// The id made of bytes of which it is known that they are not all zero.
            pub(super) fn from_checked(bytes: [u8; $bytes]) -> Self {
                Self($number::from_ne_bytes(bytes))
            }

            /// The bytes, most significant first.
            #[must_use]
            pub fn to_bytes(self) -> [u8; $bytes] {
                self.0.to_ne_bytes()
            }

            #[doc = concat!("The ", stringify!($chars), " lower-case hexadecimal characters, as ASCII.")]
            #[must_use]
            #[inline(never)]
            pub fn to_hex(self) -> [u8; $chars] {
                let mut text = [b'0'; $chars];
                hex::encode(&self.to_bytes(), &mut text);
                text
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                self.to_bytes().cmp(&other.to_bytes())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

id!(
    /// A trace id: 16 bytes, not all zero. Source: W3C Trace Context Level 2, section 3.2.2.3.
    TraceId, u128, 16, 32, "4bf92f3577b34da6a3ce929d0e0e4736"
);
id!(
    /// A span id (the header's parent id): 8 bytes, not all zero. Source: W3C Trace Context Level 2, section 3.2.2.4.
    SpanId, u64, 8, 16, "00f067aa0ba902b7"
);

/// The trace flags that Level 2 defines: sampled and random trace id. Bits without a meaning are dropped.
///
/// ```
/// use spanlink::TraceFlags;
///
/// let flags = TraceFlags::new(0xff);
/// assert!(flags.is_sampled() && flags.is_random());
/// assert_eq!(flags.bits(), 0x03);
/// ```
///
/// Source: W3C Trace Context Level 2, section 3.2.2.5.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TraceFlags(u8);

impl TraceFlags {
    /// The caller may have recorded the trace.
    pub const SAMPLED: Self = Self(0x01);
    /// The right-most seven bytes of the trace id are random.
    pub const RANDOM: Self = Self(0x02);

    /// The flags of a header's last byte; the bits that Level 2 leaves undefined are cleared.
    #[must_use]
    pub fn new(bits: u8) -> Self {
        Self(bits & (Self::SAMPLED.0 | Self::RANDOM.0))
    }

    /// The flags as a number from 0 to 3.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether the caller may have recorded the trace.
    #[must_use]
    pub fn is_sampled(self) -> bool {
        self.0 & Self::SAMPLED.0 != 0
    }

    /// Whether the right-most seven bytes of the trace id are random.
    #[must_use]
    pub fn is_random(self) -> bool {
        self.0 & Self::RANDOM.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_is_its_own_bit() {
        let known = |bits| {
            let flags = TraceFlags::new(bits);
            (flags.is_sampled(), flags.is_random(), flags.bits())
        };
        assert_eq!(known(0x00), (false, false, 0));
        assert_eq!(known(0x01), (true, false, 1));
        assert_eq!(known(0x02), (false, true, 2));
        assert_eq!(known(0x03), (true, true, 3));
        assert_eq!(known(0xfc), (false, false, 0));
    }
}
