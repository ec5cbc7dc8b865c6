// Batches: a link for each message, duplicates merged, everything counted.
import assert from 'node:assert/strict';
import { linkBatch } from 'spanlink';
import { headers, kafka } from 'spanlink/carriers';
import { compare } from '../harness.mjs';
import * as best from './best-javascript.mjs';
import { kafkaMessages, textMessages } from './corpus.mjs';
import * as floor from './floor.mjs';
import * as peers from './peers.mjs';

/** More than any batch here has: each context gets its link, as with the peers. */
const ALL = 1_000_000;
const SIZES = [1, 10, 100, 1000, 10_000];
/** What batches are small, where the cost per message is compared with that in a large one. */
const SMALL = 1000;

const asText = (text) => text;
const fromBuffer = (buffer) => buffer.latin1Slice();

const plain = (links) =>
  links.map(({ context, attributes }) => [
    context.traceId,
    context.spanId,
    context.traceFlags,
    context.traceState?.serialize(),
    attributes,
  ]);

const counts = ({ report: { rejected, ...counted } }) => ({
  ...counted,
  rejected: rejected.map(({ index }) => index),
});

/** spanlink, best JavaScript and extract agree about a corpus. */
function assertSame(messages, reader, textOf, extract) {
  for (const maxLinks of [ALL, 128]) {
    const ours = linkBatch(messages, { reader, maxLinks });
    const theirs = best.batch(messages, textOf, maxLinks);
    assert.deepEqual(plain(ours.links), plain(theirs.links));
    assert.deepEqual(counts(ours), counts(theirs));
    assert.deepEqual(linkBatch(messages, { maxLinks }), ours);
  }
  const all = plain(linkBatch(messages, { reader, maxLinks: ALL }).links);
  assert.deepEqual(plain(peers.otelLinks(messages, extract)), all);
  assert.deepEqual(plain(best.links(messages, textOf)), all);
}

function subjects(messages, reader, textOf, extract) {
  return {
    spanlink: () => linkBatch(messages, { reader, maxLinks: ALL }),
    'spanlink, auto': () => linkBatch(messages, { maxLinks: ALL }),
    extract: () => peers.otelLinks(messages, extract),
    'best JS': () => best.links(messages, textOf),
    'best JS, same work': () => best.batch(messages, textOf, ALL),
  };
}

const KINDS = {
  text: [textMessages, headers, asText, peers.otelText, { invalid: true }],
  buffers: [kafkaMessages, kafka, fromBuffer, peers.otelBuffers, { invalid: true }],
  'text, tracestate': [textMessages, headers, asText, peers.otelText, { invalid: true, states: true }],
};

export function batches(pace) {
  const results = {};
  for (const [kind, [make, reader, textOf, extract, options]] of Object.entries(KINDS)) {
    for (const size of SIZES.filter((each) => each <= pace.largest)) {
      const messages = make(size, options);
      assertSame(messages, reader, textOf, extract);
      const all = subjects(messages, reader, textOf, extract);
      if (kind === 'text') {
        const valid = messages.filter((message) => extract(message));
        assert.equal(floor.links(valid).length, linkBatch(messages, { maxLinks: ALL }).links.length);
        all.floor = () => floor.links(valid);
      }
      results[`${kind}, ${size}`] = compare(all, pace, { units: size });
    }
  }
  return results;
}

/** A thousand messages on a span that may have 128 links: what a call without options does. */
export function limited(pace) {
  const messages = textMessages(1000, { invalid: true });
  return compare(
    {
      spanlink: () => linkBatch(messages, { reader: headers }),
      extract: () => peers.otelLinks(messages, peers.otelText),
      'best JS, same work': () => best.batch(messages, asText, 128),
    },
    pace,
    { units: messages.length },
  );
}

/** The same messages in many small batches and in one large one. */
export function scaling(pace) {
  const messages = textMessages(pace.largest, { invalid: true });
  const parts = Array.from({ length: pace.largest / SMALL }, (_, part) =>
    messages.slice(part * SMALL, (part + 1) * SMALL),
  );
  const one = (batch) => linkBatch(batch, { reader: headers, maxLinks: ALL });
  const linked = parts.reduce((sum, part) => sum + one(part).links.length, 0);
  assert.equal(one(messages).links.length, linked);
  const inParts = (work) => () => parts.reduce((_, part) => work(part), undefined);
  const same = (batch) => best.batch(batch, asText, ALL);
  return compare(
    {
      small: inParts(one),
      large: () => one(messages),
      'best JS, small': inParts(same),
      'best JS, large': () => same(messages),
    },
    pace,
    { units: pace.largest },
  );
}
