// End to end: a span with 128 links, started and ended in the real SDK, from messages that have just been read.
import assert from 'node:assert/strict';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { linkBatch } from 'spanlink';
import { kafka } from 'spanlink/carriers';
import { compare } from '../harness.mjs';
import { kafkaMessages } from './corpus.mjs';
import * as peers from './peers.mjs';

const LINKS = 128;

export function spans(pace) {
  const messages = kafkaMessages(LINKS);
  const ended = [];
  const processor = {
    onStart() {},
    onEnd: (span) => (ended[0] = span),
    shutdown: async () => {},
    forceFlush: async () => {},
  };
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  const links = () => linkBatch(messages, { reader: kafka }).links;
  const span = (made) => tracer.startSpan('process orders', { links: made }).end();
  const made = links();

  span(made);
  assert.equal(ended[0].links.length, LINKS);
  assert.equal(peers.otelLinks(messages, peers.otelBuffers).length, LINKS);
  return compare(
    {
      spanlink: () => span(links()),
      extract: () => span(peers.otelLinks(messages, peers.otelBuffers)),
      'the span alone': () => span(made),
    },
    pace,
  );
}
