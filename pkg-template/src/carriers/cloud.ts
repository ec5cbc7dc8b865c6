/** Pub/Sub, Service Bus and Event Hubs, whose own clients write headers under names of their own. */
import { W3C } from './container.js';
import { findFirstPair } from './two-names.js';
import { objectOf } from './object.js';
import { reader } from './reader.js';

const PUBSUB = ['googclient_traceparent', 'googclient_tracestate', ...W3C];
const AZURE = [...W3C, 'diagnostic-id', 'tracestate'];

/**
 * Google Cloud Pub/Sub: `attributes` of a message, or of the `message` in the body of a push; also the attributes
 * themselves. `googclient_traceparent`, which the client writes, goes before `traceparent`, each with its own list.
 *
 * Source: googleapis/nodejs-pubsub, OpenTelemetry tracing.
 */
export const pubsub = reader('pubsub', (message, found) => {
  const attributes = objectOf(message)?.attributes ?? objectOf(objectOf(message)?.message)?.attributes;
  findFirstPair(attributes ?? message, PUBSUB, found);
});

/**
 * Azure Service Bus: `applicationProperties` of a message, or the properties themselves. `traceparent` goes before
 * `Diagnostic-Id`, which the JavaScript client writes.
 *
 * Source: Azure SDK, distributed tracing for Service Bus.
 */
export const serviceBus = reader('serviceBus', (message, found) => {
  findFirstPair(objectOf(message)?.applicationProperties ?? message, AZURE, found);
});

/** Azure Event Hubs: `properties` of an event, or the properties themselves; else as {@link serviceBus}. */
export const eventHubs = reader('eventHubs', (event, found) => {
  findFirstPair(objectOf(event)?.properties ?? event, AZURE, found);
});
