//! The `tracestate` header. Source: W3C Trace Context Level 2, section 3.3.

use core::fmt;

use super::{MAX_HEADER_BYTES, trim_ows};

/// How many list-members a list may have. Source: W3C Trace Context Level 2, section 3.3.1.1.
const MAX_MEMBERS: usize = 32;
/// How long a key, and how long a value may be, in characters. Source: sections 3.3.1.3.1 and 3.3.1.3.2.
const MAX_PART: usize = 256;

/// Why a `tracestate` was dropped, or an edit refused. The `traceparent` it came with is never affected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TraceStateError {
    /// A list-member has no `=`.
    NoEquals,
    /// A key is not `[a-z0-9][a-z0-9_*/@-]{0,255}`.
    BadKey,
    /// A value is empty, longer than 256 characters, ends in a space, or has a character other than printable ASCII
    /// without `,` and `=`.
    BadValue,
    /// More than 32 list-members.
    TooManyMembers,
    /// Longer than [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES).
    TooLong,
}

impl fmt::Display for TraceStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEquals => "a list-member without `=`",
            Self::BadKey => "an invalid key in a list-member",
            Self::BadValue => "an invalid value in a list-member",
            Self::TooManyMembers => "more than 32 list-members",
            Self::TooLong => "a header of more than 64 KiB",
        })
    }
}

impl core::error::Error for TraceStateError {}

/// An ordered list of `key=value` members that tracing systems hand on with a context. Immutable.
///
/// ```
/// use spanlink::TraceState;
///
/// let state = TraceState::parse([" rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE,,"])?;
/// assert_eq!(state.as_str(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
/// assert_eq!(state.get("congo"), Some("t61rcWkgMzE"));
/// assert_eq!(state.set("congo", "ucfJifl5GOE")?.as_str(), "congo=ucfJifl5GOE,rojo=00f067aa0ba902b7");
/// # Ok::<(), spanlink::TraceStateError>(())
/// ```
///
/// Order is kept, a repeated key keeps its first value, and a list with one broken member is no list: half of a
/// vendor's state is worse than none. Source: W3C Trace Context Level 2, section 3.3.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TraceState(String);

impl TraceState {
    /// Parses header values, in order, as one list. No member at all gives the empty list.
    ///
    /// # Errors
    /// The first rule broken; then nothing of the list is kept.
    pub fn parse<H: AsRef<[u8]>>(headers: impl IntoIterator<Item = H>) -> Result<Self, TraceStateError> {
        let headers: Vec<H> = headers.into_iter().collect();
        let mut members = ListMembers::default();
        for header in &headers {
            members.push_header(header.as_ref())?;
        }
        Ok(Self::from_members(&members))
    }

    fn from_members(members: &ListMembers<'_>) -> Self {
        let mut list = Vec::with_capacity(members.canonical_len());
        members.write(&mut list);
        // Members are ASCII, so nothing is replaced here.
        Self(String::from_utf8(list).unwrap_or_default())
    }

    /// The list as a header value in canonical form: members joined by `,`, without white space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the list has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split(',').filter_map(|member| member.split_once('='))
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The list with this member first; another member of the same key is removed, and of 33 the last.
    ///
    /// # Errors
    /// [`TraceStateError::BadKey`] or [`TraceStateError::BadValue`].
    pub fn set(&self, key: &str, value: &str) -> Result<Self, TraceStateError> {
        let mut list = Vec::new();
        write_set(&mut list, self.0.as_bytes(), key.as_bytes(), value.as_bytes())?;
        Ok(Self(String::from_utf8(list).unwrap_or_default()))
    }

    /// The list without the member of this key.
    #[must_use]
    pub fn unset(&self, key: &str) -> Self {
        let mut list = Vec::new();
        write_unset(&mut list, self.0.as_bytes(), key.as_bytes());
        Self(String::from_utf8(list).unwrap_or_default())
    }
}

impl fmt::Display for TraceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The members of one list, as slices of the headers they came in.
#[derive(Default)]
pub(crate) struct ListMembers<'a> {
    /// Whole members; the second part is the length of the key.
    kept: [(&'a [u8], usize); MAX_MEMBERS],
    /// How many of `kept` are in use.
    len: usize,
    /// How many members the headers had, repeated keys included.
    seen: usize,
}

impl<'a> ListMembers<'a> {
    /// Appends the members of one header value. Empty members are skipped, later members of a known key are dropped.
    pub(crate) fn push_header(&mut self, header: &'a [u8]) -> Result<(), TraceStateError> {
        if header.len() > MAX_HEADER_BYTES {
            return Err(TraceStateError::TooLong);
        }
        for member in header.split(|byte| *byte == b',') {
            let member = trim_ows(member);
            if !member.is_empty() {
                self.push(member)?;
            }
        }
        Ok(())
    }

    fn push(&mut self, member: &'a [u8]) -> Result<(), TraceStateError> {
        let key_len = check_member(member)?;
        self.seen = self.seen.saturating_add(1);
        if self.seen > MAX_MEMBERS {
            return Err(TraceStateError::TooManyMembers);
        }
        let key = member.get(..key_len);
        let known = self.iter().any(|(other, other_len)| other.get(..other_len) == key);
        if !known && let Some(free) = self.kept.get_mut(self.len) {
            *free = (member, key_len);
            self.len = self.len.saturating_add(1);
        }
        Ok(())
    }

    fn iter(&self) -> impl Iterator<Item = (&'a [u8], usize)> {
        self.kept.iter().take(self.len).copied()
    }

    /// The length of the list in canonical form. A header of just this length is canonical: its members are the
    /// list's, in order, with nothing between them but commas.
    pub(crate) fn canonical_len(&self) -> usize {
        let commas = self.len.saturating_sub(1);
        self.iter().fold(commas, |sum, (member, _)| sum.saturating_add(member.len()))
    }

    /// Appends the list in canonical form.
    pub(crate) fn write(&self, list: &mut Vec<u8>) {
        for (index, (member, _)) in self.iter().enumerate() {
            if index > 0 {
                list.push(b',');
            }
            list.extend_from_slice(member);
        }
    }
}

/// Appends a canonical list with this member first, other members of the key removed, and at most 32 members.
pub(crate) fn write_set(
    list: &mut Vec<u8>,
    header: &[u8],
    key: &[u8],
    value: &[u8],
) -> Result<(), TraceStateError> {
    if !is_key(key) {
        return Err(TraceStateError::BadKey);
    }
    if !is_value(value) {
        return Err(TraceStateError::BadValue);
    }
    list.extend_from_slice(key);
    list.push(b'=');
    list.extend_from_slice(value);
    for member in members_without(header, key).take(MAX_MEMBERS.saturating_sub(1)) {
        list.push(b',');
        list.extend_from_slice(member);
    }
    Ok(())
}

/// Appends a canonical list without the members of this key.
pub(crate) fn write_unset(list: &mut Vec<u8>, header: &[u8], key: &[u8]) {
    for (index, member) in members_without(header, key).enumerate() {
        if index > 0 {
            list.push(b',');
        }
        list.extend_from_slice(member);
    }
}

/// The members of a canonical list that have another key.
fn members_without<'a>(header: &'a [u8], key: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    header
        .split(|byte| *byte == b',')
        .filter(|member| !member.is_empty())
        .filter(move |member| !member.strip_prefix(key).is_some_and(|rest| rest.starts_with(b"=")))
}

/// Checks one list-member and says how long its key is. Source: section 3.3.1.3.
fn check_member(member: &[u8]) -> Result<usize, TraceStateError> {
    let key_len = member.iter().position(|byte| *byte == b'=').ok_or(TraceStateError::NoEquals)?;
    let (key, rest) = member.split_at_checked(key_len).ok_or(TraceStateError::NoEquals)?;
    if !is_key(key) {
        return Err(TraceStateError::BadKey);
    }
    if !rest.strip_prefix(b"=").is_some_and(is_value) {
        return Err(TraceStateError::BadValue);
    }
    Ok(key_len)
}

/// A key may begin with the character.
const STARTS: u8 = 1;
/// A key may have the character.
const IN_KEY: u8 = 2;
/// A value may have the character.
const IN_VALUE: u8 = 4;

/// What each byte may be. One look-up a byte instead of several comparisons.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut rest: &mut [u8] = &mut classes;
    let mut byte = 0;
    while let [class, others @ ..] = rest {
        if matches!(byte, b'a'..=b'z' | b'0'..=b'9') {
            *class |= STARTS | IN_KEY;
        }
        if matches!(byte, b'_' | b'*' | b'/' | b'@' | b'-') {
            *class |= IN_KEY;
        }
        if matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'=') {
            *class |= IN_VALUE;
        }
        byte = byte.wrapping_add(1_u8);
        rest = others;
    }
    classes
};

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

/// `[a-z0-9][a-z0-9_*/@-]{0,255}`. Source: section 3.3.1.3.1.
fn is_key(key: &[u8]) -> bool {
    let starts_well = key.first().is_some_and(|byte| class(*byte) & STARTS != 0);
    starts_well && key.len() <= MAX_PART && all_are(IN_KEY, key)
}

/// One to 256 printable ASCII characters but `,` and `=`, the last of them no space. Source: section 3.3.1.3.2.
fn is_value(value: &[u8]) -> bool {
    let ends_well = value.last().is_some_and(|byte| *byte != b' ');
    ends_well && value.len() <= MAX_PART && all_are(IN_VALUE, value)
}

fn all_are(wanted: u8, text: &[u8]) -> bool {
    text.iter().fold(wanted, |all, byte| all & class(*byte)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_which_rule_was_broken() {
        let said = |header: &str| TraceState::parse([header]).map_err(|error| error.to_string());
        let many: Vec<_> = (0..33).map(|key| format!("k{key}=1")).collect();
        for (header, text) in [
            ("a", "a list-member without `=`"),
            ("A=1", "an invalid key in a list-member"),
            ("a=", "an invalid value in a list-member"),
            (many.join(",").as_str(), "more than 32 list-members"),
            (" ".repeat(MAX_HEADER_BYTES + 1).as_str(), "a header of more than 64 KiB"),
        ] {
            assert_eq!(said(header), Err(text.to_owned()));
        }
        assert_eq!(said(&" ".repeat(MAX_HEADER_BYTES)), Ok(TraceState::default()));
    }
}
