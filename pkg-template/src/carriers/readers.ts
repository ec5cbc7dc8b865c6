/** Readers that know where one kind of message keeps its headers. */
import { containerReader } from './reader.js';

/** A property of something that may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * Kafka: `headers` of a message, or of the `message` in the payload of `eachMessage`; also the headers themselves.
 *
 * Values are Buffers as a rule, a repeated header is an array of them. Clients: kafkajs,
 * `@confluentinc/kafka-javascript` (KafkaJS API), `@platformatic/kafka` (headers are a Map, with Buffer keys).
 */
export const kafka = containerReader('kafka', (message: unknown) => {
  return property(message, 'headers') ?? property(property(message, 'message'), 'headers') ?? message;
});

/** HTTP and Fetch: a Request, Response or IncomingMessage, or their headers. */
export const headers = containerReader(
  'headers',
  (message: unknown) => property(message, 'headers') ?? message,
);

/** The plain event envelope: `metadata` of an event, or the metadata itself. */
export const metadata = containerReader('metadata', (event: unknown) => property(event, 'metadata') ?? event);
