import { parsedBody } from './envelope.js';
import { findFirstPair } from './two-names.js';
import { findHeaders } from './container.js';
import { headersIn, isFound, objectOf } from './object.js';
import { reader } from './reader.js';
import type { FoundHeaders } from './reader.js';

/** HTTP has `ce-` before the names of an event's attributes, Kafka `ce_`; AMQP has `cloudEvents:` or `cloudEvents_`. */
const NAMES = ['ce-', 'ce_', 'cloudevents:', 'cloudevents_'].flatMap((prefix) => [
  `${prefix}traceparent`,
  `${prefix}tracestate`,
]);

/**
 * CloudEvents with the distributed tracing extension: an event, an HTTP or Kafka message that carries one, binary or
 * structured, or its headers.
 *
 * It is the event's own context that is read, at the top level of the event or with `ce-`, `ce_`, or in AMQP's
 * properties `cloudEvents:` or `cloudEvents_`, before its name, and never that of the HTTP request that brought it.
 *
 * Source: CloudEvents, Distributed Tracing extension; HTTP, Kafka and AMQP protocol bindings.
 */
export const cloudEvent = reader('cloudEvent', (message, found) => {
  if (findOwn(message, found)) return;
  findFirstPair(headersIn(message), NAMES, found);
  if (isFound(found.traceparent)) return;
  // Structured: the whole event is the body.
  const body =
    objectOf(message)?.body ?? objectOf(message)?.value ?? objectOf(objectOf(message)?.message)?.value;
  findOwn(parsedBody(body ?? message), found);
});

/** Finds the context at the top level of an event. Says whether it is one. */
function findOwn(event: unknown, found: FoundHeaders): boolean {
  if (typeof objectOf(event)?.specversion !== 'string') return false;
  findHeaders(event, found);
  return true;
}
