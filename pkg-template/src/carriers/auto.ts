import { findHeaders } from './container.js';
import { property } from './readers.js';
import type { CarrierReader, FoundHeaders } from './reader.js';

/**
 * Recognises where a message keeps its headers.
 *
 * It looks at these places in this order and takes the first that has a `traceparent`, so that of two contexts the
 * one nearer to the message wins:
 *
 * 1. `message.headers`, in the payload that kafkajs gives to `eachMessage`
 * 2. `headers`: Kafka messages, Requests and Responses, IncomingMessage
 * 3. `metadata`: the plain event envelope
 * 4. the value itself: any header container
 *
 * A named reader does the same for its own kind of message, faster.
 */
export const auto: CarrierReader<any> = Object.freeze({
  name: 'auto',
  read(message: unknown, found: FoundHeaders): void {
    if (typeof message !== 'object' || message === null) return;
    for (const place of [
      property(property(message, 'message'), 'headers'),
      property(message, 'headers'),
      property(message, 'metadata'),
      message,
    ]) {
      findHeaders(place, found);
      if (found.traceparent !== undefined && found.traceparent !== null) return;
    }
  },
});
