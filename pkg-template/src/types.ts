/**
 * The types that spanlink shares with `@opentelemetry/api`, written out so that nothing has to be imported.
 *
 * They are structurally those of version 1.9: assignable in both directions.
 */

/** The value of an attribute: one value, or an array of values of one type. */
export type AttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** Named values of a span or a link. */
export interface Attributes {
  [name: string]: AttributeValue | undefined;
}

/** What a span context needs of a tracestate; `TraceState` is one, and so is that of any SDK. */
export interface TraceStateLike {
  /** The value of a key. */
  get(key: string): string | undefined;
  /** A list with the value of a key set. */
  set(key: string, value: string): TraceStateLike;
  /** A list without a key. */
  unset(key: string): TraceStateLike;
  /** The list as a header. */
  serialize(): string;
}

/** The identity of a span. Source: OpenTelemetry specification, Tracing API, SpanContext. */
export interface SpanContext {
  /** 32 lower-case hexadecimal characters, not all zero. */
  traceId: string;
  /** 16 lower-case hexadecimal characters, not all zero. */
  spanId: string;
  /** Whether the context was received from elsewhere. Always true for what spanlink reads from a message. */
  isRemote?: boolean;
  /** Bit 0: sampled. Bit 1: the trace id is random. */
  traceFlags: number;
  /** The vendors' list; absent where there was none or a broken one. */
  traceState?: TraceStateLike;
}

/** A reference to another span. Source: OpenTelemetry specification, Tracing API, Link. */
export interface Link {
  /** The span linked to. */
  context: SpanContext;
  /** What that span is to this one. */
  attributes?: Attributes;
  /** How many attributes are missing; never set by spanlink. */
  droppedAttributesCount?: number;
}

/** Why a message has no context: the first rule its headers break, read from left to right. */
export type RejectReason =
  | 'missing'
  | 'multiple'
  | 'not_text'
  | 'bad_length'
  | 'bad_version'
  | 'bad_trace_id'
  | 'bad_span_id'
  | 'bad_flags'
  | 'bad_delimiter';
