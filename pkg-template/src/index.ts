/**
 * Turns messages into OpenTelemetry span links.
 *
 * Everything is synchronous and ready after `import`. Nothing that a message contains makes anything throw; misuse
 * throws a {@link SpanlinkError} at once.
 */
export { linkBatch } from './batch.js';
export type { LinkBatch, LinkBatchOptions, LinkReport } from './batch.js';
export type { CarrierReader } from './carriers/reader.js';
export type { FanInDefinition, SlotDefinition } from './definition.js';
export { SpanlinkError } from './errors.js';
export type { ErrorCode } from './errors.js';
export { FanIn } from './fan-in.js';
export type { Arrival, ArrivalOptions, FanInStats } from './fan-in.js';
export { inject } from './inject.js';
export type { CarrierSetter } from './inject.js';
export { injectEnvelope } from './inject-envelope.js';
export { fanOut, linkTo } from './links.js';
export type { Complete, Expired, Outcome, RejectionReason } from './outcome.js';
export { parentOrLink } from './parent-or-link.js';
export type { ParentOrLink, ParentOrLinkOptions } from './parent-or-link.js';
export { dehydrateLinks, rehydrateLinks } from './serialized-links.js';
export type { SerializedLink } from './serialized-links.js';
export { explain, extract, formatTraceparent, parseTraceparent } from './span-context.js';
export type { Explanation } from './span-context.js';
export { TraceState } from './trace-state.js';
export type { AttributeValue, Attributes, Link, RejectReason, SpanContext, TraceStateLike } from './types.js';
