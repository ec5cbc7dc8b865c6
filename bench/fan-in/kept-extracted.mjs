// What a Map keeps of a message: its context, as OpenTelemetry's propagator extracts it. What most people would write.
import { otelText } from '../links/otel.mjs';

export const keep = (headers) => otelText({ headers }) ?? null;

export { contextOf, isSameSpan } from './kept-contexts.mjs';
