import { kinesis, eventBridge, lambdaSns, lambdaSqs, snsEnvelope, sqs } from './aws.js';
import { bullmq, mqtt, queueBody, rabbitmq, redisStream } from './brokers.js';
import { eventHubs, pubsub, serviceBus } from './cloud.js';
import { cloudEvent } from './cloud-event.js';
import { findHeaders, findNamed, findPlain, isOtherCase, isPlain, lengthOf, lowerCase } from './container.js';
import { kafka } from './kafka.js';
import { headers, metadata } from './plain.js';
import { isFound, isStreamEntry, objectOf } from './object.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

/** Where a message may keep headers, and the reader of that place. */
interface Place {
  reader: CarrierReader<any>;
  isThere(message: Record<string, unknown>): boolean;
}

// In this order, after an event's own context and `headers`. What a message has beside its body goes before what is in it.
const OTHER_PLACES: readonly Place[] = [
  { reader: kafka, isThere: ({ message }) => isFound(objectOf(message)?.headers) },
  { reader: pubsub, isThere: ({ message }) => isFound(objectOf(message)?.attributes) },
  { reader: redisStream, isThere: ({ message }) => isFound(message) },
  { reader: rabbitmq, isThere: ({ properties }) => isFound(objectOf(properties)?.headers) },
  { reader: mqtt, isThere: ({ properties }) => isFound(objectOf(properties)?.userProperties) },
  { reader: eventHubs, isThere: ({ properties }) => isFound(properties) },
  { reader: mqtt, isThere: ({ userProperties }) => isFound(userProperties) },
  { reader: serviceBus, isThere: ({ applicationProperties }) => isFound(applicationProperties) },
  { reader: sqs, isThere: ({ MessageAttributes }) => isFound(MessageAttributes) },
  { reader: lambdaSqs, isThere: ({ messageAttributes }) => isFound(messageAttributes) },
  { reader: lambdaSns, isThere: ({ Sns }) => isFound(Sns) },
  { reader: pubsub, isThere: ({ attributes }) => isFound(attributes) },
  { reader: bullmq, isThere: ({ opts }) => isFound(objectOf(opts)?.telemetry) },
  { reader: snsEnvelope, isThere: isSnsEnvelope },
  { reader: kinesis, isThere: (message) => isFound(message.kinesis) || isFound(message.Data) },
  { reader: eventBridge, isThere: ({ detail }) => isFound(detail) },
  { reader: queueBody, isThere: ({ body }) => isFound(body) },
  { reader: metadata, isThere: ({ metadata }) => isFound(metadata) },
];

/**
 * Recognises where a message keeps its headers.
 *
 * It looks at these places, in this order, and takes the first that has a `traceparent`, valid or not:
 *
 * 1. a CloudEvent's own context: the event; headers beside which `ce-specversion` or `ce_specversion` stands; a body
 *    whose `content-type` is `application/cloudevents…`
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
      const object = message as Record<string, unknown>;
      const isEvent = typeof object.specversion === 'string';
      // Written out, for most messages end here: through the list they would take 18 ns longer.
      if (!isEvent && findUsual(object.headers, found)) return;
      if ((isEvent || carriesEvent(object)) && takes(cloudEvent, object, found)) return;
      if (isFound(object.headers) && takes(headers, object, found)) return;
      for (const { reader, isThere } of OTHER_PLACES) {
        if (isThere(object) && takes(reader, object, found)) return;
      }
    } else if (isStreamEntry(message) && takes(redisStream, message, found)) {
      return;
    }
    if (findUsual(message, found) || (announceEvent(message) && takes(cloudEvent, message, found))) return;
    takes(headers, message, found);
  },
});

/** Reads a message, and says whether there was anything. */
function takes(reader: CarrierReader<any>, message: unknown, found: FoundHeaders): boolean {
  findHeaders(reader.read(message, found), found);
  if (!isFound(found.traceparent)) return false;
  found.reader = reader.name;
  return true;
}

/** Finds headers in a plain object, where no name calls for a closer look. Says whether there was anything. */
function findUsual(container: unknown, found: FoundHeaders): boolean {
  if (typeof container !== 'object' || container === null || !isPlain(container)) return false;
  const names = container as Record<string, unknown>;
  for (const key in names) {
    const isPlainly = key === 'traceparent' || key === 'tracestate';
    if (!isPlainly && (isOtherCase(key) || announces(names, key))) return false;
  }
  findPlain(names, found);
  if (!isFound(found.traceparent)) return false;
  found.reader = headers.name;
  return true;
}

/** Whether the headers of a message say that it carries a CloudEvent. */
function carriesEvent(message: Record<string, unknown>): boolean {
  const container = message.headers ?? objectOf(message.message)?.headers;
  return typeof container === 'object' && container !== null && announceEvent(container);
}

const CONTENT_TYPE = 'content-type';
const EVENT_TYPE = 'application/cloudevents';

/** Whether headers say that a CloudEvent comes with them: in headers of its own, or as the body. */
function announceEvent(container: object): boolean {
  if (!isPlain(container)) {
    const [http, kafka, type] = findNamed(container, ['ce-specversion', 'ce_specversion', CONTENT_TYPE]);
    return isFound(http) || isFound(kafka) || isEventType(type);
  }
  const names = container as Record<string, unknown>;
  for (const key in names) if (announces(names, key)) return true;
  return false;
}

function announces(names: Record<string, unknown>, key: string): boolean {
  // The length before all else: few other headers have it.
  if (key.length === 12) {
    return (key === CONTENT_TYPE || key.toLowerCase() === CONTENT_TYPE) && isEventType(names[key]);
  }
  return key.length === 14 && /^ce[-_]specversion$/i.test(key) && isFound(names[key]);
}

/** Whether it is a CloudEvent's media type, whatever the format. */
function isEventType(value: unknown): boolean {
  const type: unknown = Array.isArray(value) ? value[0] : value;
  const length = lengthOf(type);
  return length >= EVENT_TYPE.length && lowerCase(type, Math.min(length, 32)).startsWith(EVENT_TYPE);
}

/** Whether the body, or the value itself, is the text or the object that SNS wraps a message in. */
function isSnsEnvelope(message: Record<string, unknown>): boolean {
  const body = message.Body ?? message.body;
  return typeof body === 'string' ? body.includes('"MessageAttributes"') : isFound(message.MessageAttributes);
}
