//! What holds for every input: nothing panics, what is written can be read, every message is accounted for.

#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use spanlink::fan_in::Log;
use spanlink::{
    AttributeValue, Attributes, MAX_HEADER_BYTES, RejectReason, SpanContext, SpanId, TraceFlags, TraceId,
    TraceState, TraceStateError, Traceparent,
};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

prop_compose! {
    fn traceparents()(trace_id in any::<[u8; 16]>(), span_id in any::<[u8; 8]>(), flags in 0_u8..4) -> Option<Traceparent> {
        let flags = TraceFlags::new(flags);
        Some(Traceparent { trace_id: TraceId::from_bytes(trace_id)?, span_id: SpanId::from_bytes(span_id)?, flags })
    }
}

fn valid_traceparents() -> impl Strategy<Value = Traceparent> {
    traceparents().prop_filter_map("an id of zeros", |traceparent| traceparent)
}

/// Bytes of which many are nearly a header.
fn headers() -> impl Strategy<Value = Vec<u8>> {
    let near = ("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", vec((0_usize..60, any::<u8>()), 0..3));
    prop_oneof![
        vec(any::<u8>(), 0..120),
        vec(select(b"0af-, \t=".to_vec()), 0..80),
        near.prop_map(|(header, changes)| {
            let mut header = header.into_bytes();
            for (at, byte) in changes {
                if let Some(place) = header.get_mut(at) {
                    *place = byte;
                }
            }
            header
        }),
    ]
}

/// Bytes of which many are nearly a list.
fn lists() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        "([a-z0-9]{1,3}[=,][ !-~]{0,3}[ \t,]{0,2}){0,8}".prop_map(String::into_bytes),
        "([a-c]{1,2}=[!-+--<>-~]{1,3}[ \t]?,[ \t]?){0,40}".prop_map(String::into_bytes),
    ]
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof!["[a-d]", "[a-z0-9][a-z0-9_*/@-]{0,12}", "[a-z]{256,257}", ".{0,4}"]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof!["[ !-+--<>-~]{0,6}", "[a-z]{256,257}", ".{0,4}"]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_header_is_parsed_or_refused(header in headers()) {
        if let Ok(traceparent) = Traceparent::parse(&header) {
            // Nothing is in the ids that was not in the header.
            let text = String::from_utf8(header).expect("a header that is parsed is text");
            let (given, written) = (text.trim_matches([' ', '\t']), traceparent.to_string());
            prop_assert_eq!(given.get(2..53), written.get(2..53));
        }
    }

    #[test]
    fn what_is_formatted_is_parsed(
        traceparent in valid_traceparents(), before in "[ \t]{0,3}", after in "[ \t]{0,3}",
    ) {
        let header = traceparent.to_header();
        prop_assert_eq!(header.to_vec(), traceparent.to_string().into_bytes());
        prop_assert_eq!(Traceparent::parse(&header), Ok(traceparent));
        let padded = format!("{before}{traceparent}{after}");
        prop_assert_eq!(Traceparent::parse(padded.as_bytes()), Ok(traceparent));
        prop_assert_eq!(TraceId::from_hex(&traceparent.trace_id.to_hex()), Some(traceparent.trace_id));
        prop_assert_eq!(SpanId::from_bytes(traceparent.span_id.to_bytes()), Some(traceparent.span_id));
    }

    #[test]
    fn one_other_byte_is_refused_or_seen(traceparent in valid_traceparents(), at in 0_usize..55, byte in any::<u8>()) {
        let mut header = traceparent.to_header();
        prop_assume!(header[at] != byte);
        header[at] = byte;
        let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match Traceparent::parse(&header) {
            Ok(parsed) => {
                prop_assert!(is_digit, "{:?} was taken", char::from(byte));
                // A later version, or flags without a meaning, change nothing else.
                let mut expected = traceparent;
                match at {
                    0 | 1 => {}
                    53 => expected.flags = TraceFlags::new(traceparent.flags.bits()),
                    54 => expected.flags = TraceFlags::new(char::from(byte).to_digit(16).expect("a digit") as u8),
                    _ => {
                        prop_assert_eq!(&parsed.to_header(), &header);
                        expected = parsed;
                    }
                }
                prop_assert_eq!(parsed, expected);
            }
            Err(reason) => {
                let id_is_zero = |range: std::ops::Range<usize>| header[range].iter().all(|digit| *digit == b'0');
                let expected = match at {
                    _ if !byte.is_ascii() => RejectReason::NotText,
                    0 if matches!(byte, b' ' | b'\t') => RejectReason::BadLength,
                    54 if matches!(byte, b' ' | b'\t') => RejectReason::BadLength,
                    0 | 1 => RejectReason::BadVersion,
                    2 | 35 | 52 => RejectReason::BadDelimiter,
                    3..35 => RejectReason::BadTraceId,
                    36..52 => RejectReason::BadSpanId,
                    _ => RejectReason::BadFlags,
                };
                prop_assert_eq!(reason, expected);
                let is_fit = is_digit && !matches!(at, 2 | 35 | 52);
                prop_assert!(!is_fit || id_is_zero(3..35) || id_is_zero(36..52), "{} is a digit", byte);
            }
        }
    }

    #[test]
    fn a_context_is_extracted_or_refused(parents in vec(headers(), 0..3), states in vec(lists(), 0..4)) {
        match SpanContext::extract(&parents, &states) {
            Ok(context) => {
                prop_assert_eq!(parents.len(), 1);
                prop_assert_eq!(Ok(context.traceparent), Traceparent::parse(&parents[0]));
                prop_assert_eq!(context.trace_state, TraceState::parse(&states).unwrap_or_default());
                prop_assert!(context.is_remote);
            }
            Err(RejectReason::Multiple) => prop_assert!(parents.len() > 1),
            Err(reason) => {
                prop_assert!(parents.len() < 2);
                let parsed = parents.first().map_or(Err(RejectReason::Missing), |header| Traceparent::parse(header));
                prop_assert_eq!(Err(reason), parsed);
            }
        }
    }

    #[test]
    fn a_list_is_canonical_once(headers in vec(lists(), 0..4)) {
        let Ok(state) = TraceState::parse(&headers) else { return Ok(()) };
        prop_assert_eq!(TraceState::parse([state.as_str()]), Ok(state.clone()));
        let members: Vec<_> = state.iter().collect();
        prop_assert!(members.len() <= 32);
        let joined: Vec<String> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
        prop_assert_eq!(joined.join(","), state.as_str());
        prop_assert_eq!(state.is_empty(), members.is_empty());
        for (at, (key, value)) in members.iter().enumerate() {
            // The first of a key is the only one, and the one that was in the headers first.
            prop_assert!(members[..at].iter().all(|(other, _)| other != key));
            prop_assert_eq!(state.get(key), Some(*value));
        }
        let given: Vec<u8> = headers.join(&b","[..]);
        let trim = |member: &[u8]| String::from_utf8_lossy(member).trim_matches([' ', '\t']).to_owned();
        let mut expected: Vec<String> = Vec::new();
        for member in given.split(|byte| *byte == b',').map(trim).filter(|member| !member.is_empty()) {
            let key = |member: &str| member.split('=').next().map(str::to_owned);
            if expected.iter().all(|known| key(known) != key(&member)) {
                expected.push(member);
            }
        }
        prop_assert_eq!(joined, expected);
    }

    #[test]
    fn edits_keep_their_laws(header in lists(), key in keys(), value in values(), other in "[a-d]") {
        let Ok(state) = TraceState::parse([header]) else { return Ok(()) };
        let without = state.unset(&key);
        prop_assert_eq!(without.get(&key), None);
        prop_assert_eq!(without.unset(&key), without.clone());
        let kept: Vec<_> = state.iter().filter(|(name, _)| *name != key).collect();
        prop_assert_eq!(without.iter().collect::<Vec<_>>(), kept.clone());

        let first = key.bytes().next();
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let key_is_good = first.is_some_and(letters)
            && key.len() <= 256
            && key.bytes().all(|byte| letters(byte) || b"_*/@-".contains(&byte));
        let value_is_good = (1..=256).contains(&value.len())
            && !value.ends_with(' ')
            && value.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b",=".contains(&byte));
        let set = state.set(&key, &value);
        prop_assert_eq!(set.is_ok(), key_is_good && value_is_good);
        let Ok(set) = set else { return Ok(()) };
        prop_assert_eq!(set.get(&key), Some(value.as_str()));
        let mut expected = vec![(key.as_str(), value.as_str())];
        expected.extend(kept.into_iter().take(31));
        prop_assert_eq!(set.iter().collect::<Vec<_>>(), expected);
        prop_assert_eq!(TraceState::parse([set.as_str()]), Ok(set.clone()));
        prop_assert_eq!(set.set(&key, &value), Ok(set.clone()));
        if other != key && state.iter().count() < 32 {
            prop_assert_eq!(set.get(&other), state.get(&other));
        }
    }

    #[test]
    fn bytes_that_are_no_log_end_it(bytes in vec(prop_oneof![any::<u8>(), 0_u8..64], 0..200)) {
        prop_assert!(Log::new(&bytes).entries().count() <= bytes.len());
    }

    #[test]
    fn bytes_are_attributes_or_not(bytes in vec(prop_oneof![any::<u8>(), 0_u8..8], 0..60)) {
        if let Some(attributes) = Attributes::decode(&bytes) {
            let again = Attributes::decode(&attributes.encode()).map(|attributes| attributes.encode());
            prop_assert_eq!(again, Some(attributes.encode()));
        }
    }

    #[test]
    fn attributes_come_back_as_they_were(given in vec((".{0,3}", attribute_values()), 0..8)) {
        let mut attributes = Attributes::default();
        for (name, value) in &given {
            attributes.insert(name, value.clone());
        }
        let back = Attributes::decode(&attributes.encode()).expect("attributes");
        prop_assert_eq!(plain(&back), plain(&attributes));
        prop_assert_eq!(attributes.is_empty(), given.is_empty());
        // The last of a name stays, where its first was.
        let mut expected: Vec<(&str, String)> = Vec::new();
        for (name, value) in &given {
            match expected.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = plain_value(value),
                None => expected.push((name, plain_value(value))),
            }
        }
        prop_assert_eq!(plain(&back), expected);
        let encoded = attributes.encode();
        for end in 0..encoded.len() {
            // No part of it is the whole: at most some of the first attributes.
            let part = Attributes::decode(&encoded[..end]).map_or(0, |part| part.iter().count());
            prop_assert!(part < back.iter().count());
        }
    }
}

fn attribute_values() -> impl Strategy<Value = AttributeValue> {
    let single = prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<i64>().prop_map(AttributeValue::I64),
        // Every pattern of bits, so every kind of NaN too.
        any::<u64>().prop_map(|bits| AttributeValue::F64(f64::from_bits(bits))),
        select(vec![f64::NAN, -f64::NAN, -0.0, f64::INFINITY]).prop_map(AttributeValue::F64),
        ".{0,8}".prop_map(AttributeValue::String),
    ];
    let gaps = vec(prop::option::weighted(0.8, single.clone()), 0..4).prop_map(AttributeValue::Array);
    prop_oneof![4 => single, 1 => gaps]
}

/// Names and values in a form that tells one NaN from another.
fn plain(attributes: &Attributes) -> Vec<(&str, String)> {
    attributes.iter().map(|(name, value)| (name, plain_value(value))).collect()
}

fn plain_value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::F64(number) => format!("F64 {:#x}", number.to_bits()),
        AttributeValue::Array(items) => {
            format!("{:?}", items.iter().map(|item| item.as_ref().map(plain_value)).collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_header_beyond_64_kib_is_not_looked_at() {
    let header = "00-a1b2c3d4e5f60718293a4b5c6d7e8f90-1122334455667788-01";
    let spaces = |len: usize| " ".repeat(len);
    let longest = format!("{header}{}", spaces(MAX_HEADER_BYTES - header.len()));
    assert!(Traceparent::parse(longest.as_bytes()).is_ok());
    assert_eq!(Traceparent::parse(format!("{longest} ").as_bytes()), Err(RejectReason::BadLength));
    assert_eq!(Traceparent::parse(spaces(MAX_HEADER_BYTES).as_bytes()), Err(RejectReason::Missing));

    let longest = format!("a=1{}", spaces(MAX_HEADER_BYTES - 3));
    assert_eq!(TraceState::parse([&longest]).map(|state| state.to_string()), Ok("a=1".to_owned()));
    assert_eq!(TraceState::parse([format!("{longest},")]), Err(TraceStateError::TooLong));
    // The limit is for each header.
    assert_eq!(TraceState::parse([&longest, "b=2"]).map(|state| state.to_string()), Ok("a=1,b=2".to_owned()));
}

#[test]
fn an_array_that_claims_to_be_huge_costs_nothing() {
    // A name of one byte, the tag of an array, and 2^63 items of which there is one.
    let bytes = [1, b'a', 6, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0];
    assert_eq!(Attributes::decode(&bytes), None);
    // An array in an array is refused.
    assert_eq!(Attributes::decode(&[1, b'a', 6, 1, 6, 0]), None);
    assert!(Attributes::decode(&[1, b'a', 6, 1, 0]).is_some());
}
