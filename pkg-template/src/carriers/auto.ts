import { kinesis, eventBridge, lambdaSns, lambdaSqs, snsEnvelope, sqs } from './aws.js';
import { bullmq, isStreamEntry, mqtt, queueBody, rabbitmq, redisStream } from './brokers.js';
import { eventHubs, pubsub, serviceBus } from './cloud.js';
import { cloudEvent } from './cloud-event.js';
import { findHeaders, findNamed, isPlain } from './container.js';
import { kafka } from './kafka.js';
import { headers, metadata } from './plain.js';
import { isFound, property } from './property.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

/** Where a message may keep headers, and the reader of that place. */
interface Place {
  reader: CarrierReader<any>;
  isThere(message: Record<string, unknown>): boolean;
}

const has =
  (...path: string[]) =>
  (message: unknown) =>
    isFound(path.reduce(property, message));

// In this order. An event's own context goes before that of the message that brought it, what a message has beside its
// body before what is in it.
const PLACES: readonly Place[] = [
  { reader: cloudEvent, isThere: isCloudEvent },
  { reader: headers, isThere: has('headers') },
  { reader: kafka, isThere: has('message', 'headers') },
  { reader: pubsub, isThere: has('message', 'attributes') },
  { reader: redisStream, isThere: has('message') },
  { reader: rabbitmq, isThere: has('properties', 'headers') },
  { reader: mqtt, isThere: has('properties', 'userProperties') },
  { reader: eventHubs, isThere: has('properties') },
  { reader: mqtt, isThere: has('userProperties') },
  { reader: serviceBus, isThere: has('applicationProperties') },
  { reader: sqs, isThere: has('MessageAttributes') },
  { reader: lambdaSqs, isThere: has('messageAttributes') },
  { reader: lambdaSns, isThere: has('Sns') },
  { reader: pubsub, isThere: has('attributes') },
  { reader: bullmq, isThere: has('opts', 'telemetry') },
  { reader: snsEnvelope, isThere: isSnsEnvelope },
  { reader: kinesis, isThere: (message) => isFound(message.kinesis) || isFound(message.Data) },
  { reader: eventBridge, isThere: has('detail') },
  { reader: queueBody, isThere: has('body') },
  { reader: metadata, isThere: has('metadata') },
];

/**
 * Recognises where a message keeps its headers.
 *
 * It looks at these places, in this order, and takes the first that has a `traceparent`, valid or not:
 *
 * 1. a CloudEvent's own context: the event, or headers beside which `ce-specversion` or `ce_specversion` stands
 * 2. `headers`: Kafka and NATS messages, Requests and Responses
 * 3. `message`: the payload of kafkajs, a Pub/Sub push, an entry of a Redis Stream
 * 4. `properties`: RabbitMQ, MQTT, Event Hubs; `applicationProperties`: Service Bus
 * 5. `MessageAttributes`, `messageAttributes`, `Sns`, `attributes`: SQS, SNS and Pub/Sub
 * 6. `opts.telemetry`: BullMQ
 * 7. an envelope in the body: SNS in SQS, Kinesis, `detail` of EventBridge, `body`
 * 8. `metadata`: the plain event envelope
 * 9. the value itself: any header container, an entry of a Redis Stream as ioredis gives it
 *
 * So a context beside the body goes before one in it, and an event's own before that of its transport. X-Ray and B3
 * are never looked for. A named reader does the same for its own kind of message, faster.
 */
export const auto: CarrierReader<any> = Object.freeze({
  name: 'auto',
  read(message: unknown, found: FoundHeaders): void {
    if (typeof message !== 'object' || message === null) return;
    if (!Array.isArray(message)) {
      for (const { reader, isThere } of PLACES) {
        if (isThere(message as Record<string, unknown>) && takes(reader, message, found)) return;
      }
    }
    takes(Array.isArray(message) && isStreamEntry(message) ? redisStream : headers, message, found);
  },
});

/** Reads a message, and says whether there was anything. */
function takes(reader: CarrierReader<any>, message: unknown, found: FoundHeaders): boolean {
  findHeaders(reader.read(message, found), found);
  if (!isFound(found.traceparent)) return false;
  found.reader = reader.name;
  return true;
}

const EVENT_HEADERS = ['ce-specversion', 'ce_specversion'] as const;

/** Whether it is a CloudEvent, or a message whose headers say that it carries one. */
function isCloudEvent(message: Record<string, unknown>): boolean {
  if (typeof message.specversion === 'string') return true;
  const container = message.headers ?? property(message.message, 'headers');
  if (typeof container !== 'object' || container === null) return false;
  // Every message with headers comes here. Those of a plain object are written in lower case by all clients.
  const [http, kafkaName] = EVENT_HEADERS;
  const names = isPlain(container)
    ? (container as { [name: string]: unknown })
    : findNamed(container, EVENT_HEADERS);
  return isFound(names[http]) || isFound(names[kafkaName]);
}

/** Whether the body, or the value itself, is the text or the object that SNS wraps a message in. */
function isSnsEnvelope(message: Record<string, unknown>): boolean {
  const body = message.Body ?? message.body;
  return typeof body === 'string' ? body.includes('"MessageAttributes"') : isFound(message.MessageAttributes);
}
