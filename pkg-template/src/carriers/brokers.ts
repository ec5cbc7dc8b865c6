/** RabbitMQ, NATS, MQTT, Redis Streams, BullMQ. */
import { findInEither, parsedBody } from './envelope.js';
import { isStreamEntry, objectOf } from './object.js';
import { reader } from './reader.js';

/** RabbitMQ: `properties.headers` of a message, or the headers themselves. Client: amqplib. */
export const rabbitmq = reader('rabbitmq', (message) => {
  return objectOf(objectOf(message)?.properties)?.headers ?? objectOf(message)?.headers ?? message;
});

/** NATS, core and JetStream: `headers` of a message, or the headers themselves. Clients: nats, `@nats-io/*`. */
export const nats = reader('nats', (message) => objectOf(message)?.headers ?? message);

/**
 * MQTT 5: `properties.userProperties` of a packet, of its properties, or these themselves. Client: mqtt, whose packet
 * is the third argument of `message`.
 */
export const mqtt = reader('mqtt', (packet) => {
  const properties = objectOf(packet)?.properties ?? packet;
  return objectOf(properties)?.userProperties ?? properties;
});

/**
 * BullMQ: `opts.telemetry.metadata` of a job, as bullmq-otel writes it: JSON text of headers; also that text, or the
 * headers themselves.
 */
export const bullmq = reader('bullmq', (job) => {
  const metadata = objectOf(objectOf(objectOf(job)?.opts)?.telemetry)?.metadata;
  return parsedBody(metadata ?? job);
});

/**
 * Redis Streams: an entry as node-redis (`{ id, message }`) or ioredis (`[id, [field, value, …]]`) gives it, or its
 * fields.
 */
export const redisStream = reader('redisStream', (entry) => {
  return isStreamEntry(entry) ? entry[1] : (objectOf(entry)?.message ?? entry);
});

/**
 * Cloudflare Queues, and any other queue whose messages have a `body` and no headers: an envelope in the body, as an
 * object, JSON text or bytes of it, in a buffer too; also the envelope itself. `injectEnvelope` writes one.
 *
 * Source: Cloudflare Queues, JavaScript APIs, Message.
 */
export const queueBody = reader('queueBody', (message, found) => {
  findInEither(objectOf(message)?.body, message, found);
});
