/** Kafka, from any client. */
import { headersIn, objectOf } from './object.js';
import { reader } from './reader.js';

/**
 * Kafka: `headers` of a message, or of the `message` in the payload of `eachMessage`; also the headers themselves.
 *
 * Values are Buffers as a rule, a repeated header is an array of them. Clients: kafkajs,
 * `@confluentinc/kafka-javascript` (KafkaJS API), `@platformatic/kafka` (headers are a Map, with Buffer keys).
 */
export const kafka = reader('kafka', headersIn);

/**
 * Kafka through librdkafka: `headers` is a list of objects with one key each, a repeated header a second object.
 *
 * Clients: node-rdkafka, `@confluentinc/kafka-javascript` (`KafkaConsumer`).
 */
export const rdkafka = reader('rdkafka', headersIn);

/**
 * Kafka through Lambda: a record of an MSK or self-managed Kafka event, whose header values are lists of byte numbers;
 * also its headers. The records of an event are `Object.values(event.records).flat()`.
 *
 * Source: AWS Lambda Developer Guide, Using Lambda with Amazon MSK.
 */
export const lambdaMsk = reader('lambdaMsk', (record) => {
  return objectOf(record)?.headers ?? record;
});
