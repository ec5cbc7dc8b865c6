// One message at a time: a context from its headers.
import assert from 'node:assert/strict';
import { extract } from 'spanlink';
import { headers, kafka } from 'spanlink/carriers';
import { compare } from '../harness.mjs';
import * as best from './best-javascript.mjs';
import { kafkaMessages, textMessages } from './corpus.mjs';
import * as floor from './floor.mjs';
import * as peers from './peers.mjs';

const COUNT = 1000;

/** Every message of a corpus, one after the other. */
const each = (messages, one) => () => {
  let last;
  for (const message of messages) last = one(message) ?? last;
  return last;
};

const subjects = (messages, ones) =>
  Object.fromEntries(Object.entries(ones).map(([name, one]) => [name, each(messages, one)]));

/** A context as plain data, its list as text. */
const plain = (context) =>
  context && {
    traceId: context.traceId,
    spanId: context.spanId,
    traceFlags: context.traceFlags,
    traceState: context.traceState?.serialize(),
  };

function assertSame(messages, reference, others) {
  for (const message of messages) {
    const expected = plain(reference(message));
    for (const other of others) assert.deepEqual(plain(other(message)), expected);
  }
}

function assertSameIds(messages, ones) {
  for (const message of messages) {
    const ids = peers.idsOf.otherwise(extract(message, headers));
    for (const [name, one] of Object.entries(ones)) {
      assert.equal((peers.idsOf[name] ?? peers.idsOf.otherwise)(one(message)), ids, name);
    }
  }
}

const serialized = (extracted) => (message) => {
  const context = extracted(message);
  return context && context.traceState?.serialize();
};

export function singles(pace) {
  const named = (message) => extract(message, headers);
  const auto = (message) => extract(message);
  const bestText = ({ headers: found }) => best.parse(found.traceparent, found.tracestate);

  const text = textMessages(COUNT, { invalid: true });
  const valid = textMessages(COUNT);
  const listed = textMessages(COUNT, { states: true });
  const buffers = kafkaMessages(COUNT, { invalid: true });
  const kafkaNamed = (message) => extract(message, kafka);
  const bestBuffers = ({ headers: found }) => best.parse(found.traceparent.latin1Slice());

  const strangers = { tctx: peers.tctx, elastic: peers.elastic, datadog: peers.datadog };
  assertSame([...text, ...valid, ...listed], peers.otelText, [named, auto, bestText]);
  assertSame(buffers, peers.otelBuffers, [kafkaNamed, auto, bestBuffers]);
  assertSameIds(valid, { ...strangers, floor: floor.context });

  const units = { units: COUNT };
  return {
    text: compare(
      subjects(text, {
        spanlink: named,
        'spanlink, auto': auto,
        extract: peers.otelText,
        'best JS': bestText,
      }),
      pace,
      units,
    ),
    // Those that take what is not valid for a context, or throw, are compared on what is.
    valid: compare(
      subjects(valid, {
        spanlink: named,
        extract: peers.otelText,
        'best JS': bestText,
        tctx: peers.tctx,
        traceparent: peers.elastic,
        'dd-trace': peers.datadog,
        floor: floor.context,
      }),
      pace,
      units,
    ),
    states: compare(
      subjects(listed, {
        spanlink: serialized(named),
        'spanlink, auto': serialized(auto),
        extract: serialized(peers.otelText),
        'best JS': serialized(bestText),
      }),
      pace,
      units,
    ),
    buffers: compare(
      subjects(buffers, {
        spanlink: kafkaNamed,
        'spanlink, auto': auto,
        extract: peers.otelBuffers,
        'best JS': bestBuffers,
      }),
      pace,
      units,
    ),
  };
}
