//! Conversions in both directions between this crate's types and those of the `opentelemetry` crate.
//!
//! ```
//! use opentelemetry::trace as otel;
//! use spanlink::SpanContext;
//!
//! let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! let context = SpanContext::extract([header], ["rojo=1"])?;
//! let theirs = otel::SpanContext::from(&context);
//! assert!(theirs.is_valid() && theirs.is_remote() && theirs.is_sampled());
//! assert_eq!(SpanContext::try_from(&theirs)?, context);
//! # Ok::<(), spanlink::RejectReason>(())
//! ```
//!
//! Out of their contexts and links comes a `Result`: theirs may be invalid, ours cannot.

use opentelemetry::trace as otel;
use opentelemetry::{Array, KeyValue, StringValue, Value};

use crate::link::{AttributeValue, Attributes, Link};
use crate::trace_context::{RejectReason, SpanContext, SpanId, TraceFlags, TraceId, TraceState, Traceparent};

impl From<&SpanContext> for otel::SpanContext {
    fn from(context: &SpanContext) -> Self {
        let Traceparent { trace_id, span_id, flags } = context.traceparent;
        Self::new(
            otel::TraceId::from_bytes(trace_id.to_bytes()),
            otel::SpanId::from_bytes(span_id.to_bytes()),
            otel::TraceFlags::new(flags.bits()),
            context.is_remote,
            (&context.trace_state).into(),
        )
    }
}

impl From<SpanContext> for otel::SpanContext {
    fn from(context: SpanContext) -> Self {
        Self::from(&context)
    }
}

impl From<&TraceState> for otel::TraceState {
    /// Their list follows Level 1: what it refuses of a Level 2 list gives the empty one.
    fn from(state: &TraceState) -> Self {
        Self::from_key_value(state.iter()).unwrap_or_default()
    }
}

impl From<&otel::TraceState> for TraceState {
    /// Their list is not validated as strictly: one that breaks Level 2 gives the empty one.
    fn from(state: &otel::TraceState) -> Self {
        Self::parse([state.header()]).unwrap_or_default()
    }
}

impl TryFrom<&otel::SpanContext> for SpanContext {
    type Error = RejectReason;

    fn try_from(context: &otel::SpanContext) -> Result<Self, RejectReason> {
        let trace_id = TraceId::from_bytes(context.trace_id().to_bytes()).ok_or(RejectReason::BadTraceId)?;
        let span_id = SpanId::from_bytes(context.span_id().to_bytes()).ok_or(RejectReason::BadSpanId)?;
        let flags = TraceFlags::new(context.trace_flags().to_u8());
        Ok(Self {
            traceparent: Traceparent { trace_id, span_id, flags },
            trace_state: context.trace_state().into(),
            is_remote: context.is_remote(),
        })
    }
}

impl From<&Link> for otel::Link {
    fn from(link: &Link) -> Self {
        let attributes =
            link.attributes.iter().map(|(name, value)| KeyValue::new(name.to_owned(), value.clone()));
        Self::new((&link.context).into(), attributes.collect(), 0)
    }
}

impl From<Link> for otel::Link {
    fn from(link: Link) -> Self {
        Self::from(&link)
    }
}

impl TryFrom<&otel::Link> for Link {
    type Error = RejectReason;

    fn try_from(link: &otel::Link) -> Result<Self, RejectReason> {
        let mut attributes = Attributes::default();
        for attribute in &link.attributes {
            attributes.insert(attribute.key.as_str(), attribute.value.clone());
        }
        Ok(Self { context: (&link.span_context).try_into()?, attributes })
    }
}

impl From<AttributeValue> for Value {
    /// Their arrays have one type and no gaps: the first item's type wins, items of another type are left out.
    fn from(value: AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => Self::Bool(value),
            AttributeValue::I64(value) => Self::I64(value),
            AttributeValue::F64(value) => Self::F64(value),
            AttributeValue::String(value) => Self::String(value.into()),
            AttributeValue::Array(items) => Self::Array(array(items)),
        }
    }
}

fn array(items: Vec<Option<AttributeValue>>) -> Array {
    let items: Vec<_> = items.into_iter().flatten().collect();
    /// The items of one type.
    macro_rules! only {
        ($variant:ident) => {
            items.into_iter().filter_map(|item| match item {
                AttributeValue::$variant(value) => Some(value.into()),
                _ => None,
            })
        };
    }
    match items.first() {
        Some(AttributeValue::Bool(_)) => Array::Bool(only!(Bool).collect()),
        Some(AttributeValue::I64(_)) => Array::I64(only!(I64).collect()),
        Some(AttributeValue::F64(_)) => Array::F64(only!(F64).collect()),
        _ => Array::String(only!(String).collect::<Vec<StringValue>>()),
    }
}

impl From<Value> for AttributeValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(value),
            Value::I64(value) => Self::I64(value),
            Value::F64(value) => Self::F64(value),
            Value::Array(Array::Bool(items)) => items.into_iter().map(Self::Bool).map(Some).collect(),
            Value::Array(Array::I64(items)) => items.into_iter().map(Self::I64).map(Some).collect(),
            Value::Array(Array::F64(items)) => items.into_iter().map(Self::F64).map(Some).collect(),
            Value::Array(Array::String(items)) => {
                items.into_iter().map(|item| Self::String(item.into())).map(Some).collect()
            }
            // Both enums may grow; what is not known yet is kept as the text it displays as.
            other => Self::String(other.to_string()),
        }
    }
}

impl FromIterator<Option<AttributeValue>> for AttributeValue {
    fn from_iter<I: IntoIterator<Item = Option<AttributeValue>>>(items: I) -> Self {
        Self::Array(items.into_iter().collect())
    }
}
