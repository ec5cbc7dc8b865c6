// What must hold for every input, tried on many.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isSpanContextValid } from '@opentelemetry/api';
import fc from 'fast-check';
import {
  FanIn,
  TraceState,
  dehydrateLinks,
  explain,
  extract,
  formatTraceparent,
  linkBatch,
  linkTo,
  parentOrLink,
  parseTraceparent,
  rehydrateLinks,
} from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { context, nearlyValid, valid } from './support/arbitraries.mjs';
import { flat } from './support/vectors.mjs';

const bytes = fc.uint8Array({ maxLength: 80 });
const value = fc.oneof(
  valid,
  nearlyValid,
  fc.string({ unit: 'binary', maxLength: 80 }),
  bytes,
  fc.array(fc.oneof(valid, nearlyValid, bytes), { maxLength: 3 }),
  fc.anything(),
);
const name = fc.constantFrom(
  'traceparent',
  'Traceparent',
  'tracestate',
  'TRACESTATE',
  'x',
  'headers',
  'metadata',
);
const container = fc.oneof(
  fc.dictionary(name, value, { maxKeys: 4 }),
  fc.array(fc.tuple(name, value), { maxLength: 4 }),
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((entries) => new Map(entries)),
  fc.array(fc.oneof(name, value), { maxLength: 6 }),
);
const message = fc.oneof(
  { weight: 3, arbitrary: valid.map((traceparent) => ({ headers: { traceparent } })) },
  { weight: 3, arbitrary: fc.record({ headers: container, properties: container }, { requiredKeys: [] }) },
  { weight: 2, arbitrary: container },
  { weight: 1, arbitrary: fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }) },
);

const readers = Object.entries(carriers).filter(([, each]) => typeof each?.read === 'function');
const reader = fc.constantFrom(...readers.map(([, each]) => each));

const REASONS = [
  'missing',
  'multiple',
  'not_text',
  'bad_length',
  'bad_version',
  'bad_trace_id',
  'bad_span_id',
  'bad_flags',
  'bad_delimiter',
];

const holds = (...args) => fc.assert(fc.property(...args), { numRuns: 500 });

describe('reading', () => {
  test('there are readers to try', () => assert.ok(readers.length >= 4, String(readers.length)));

  test('explain and extract agree, whatever the message and the reader', () => {
    holds(message, reader, (input, each) => {
      const extracted = extract(input, each);
      const explained = explain(input, each);
      if (explained.context) {
        assert.deepEqual(flat(extracted), flat(explained.context));
        assert.ok(isSpanContextValid(extracted));
        assert.equal('reason' in explained, false);
      } else {
        assert.equal(extracted, undefined);
        assert.ok(REASONS.includes(explained.reason), explained.reason);
      }
      assert.deepEqual(linkTo(input, { reader: each })?.context, extracted);
    });
  });

  test('parse and explain agree on a value', () => {
    holds(fc.oneof(valid, nearlyValid, fc.string({ unit: 'binary' }), bytes), (input) => {
      const parsed = parseTraceparent(input);
      const explained = explain({ traceparent: input }, carriers.headers);
      assert.deepEqual(parsed, explained.context);
    });
  });

  test('what is parsed is 55 characters of the value, and nothing else', () => {
    holds(nearlyValid, (text) => {
      const parsed = parseTraceparent(text);
      if (!parsed) return;
      const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '');
      assert.equal(trimmed.slice(3, 52), `${parsed.traceId}-${parsed.spanId}`);
      assert.equal(parsed.traceFlags, Number.parseInt(trimmed.slice(53, 55), 16) & 3);
      assert.match(trimmed, /^(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/);
    });
  });

  test('parse after format is the same context, its flags masked', () => {
    holds(context, (each) => {
      const { traceId, spanId, traceFlags } = parseTraceparent(formatTraceparent(each));
      assert.deepEqual({ traceId, spanId, traceFlags }, { ...each, traceFlags: each.traceFlags & 3 });
    });
  });

  test('format after parse is the same text, its version 00 and its flags masked', () => {
    holds(valid, (text) => {
      const flags = (Number.parseInt(text.slice(53), 16) & 3).toString().padStart(2, '0');
      assert.equal(formatTraceparent(parseTraceparent(text)), text.slice(0, 53) + flags);
    });
  });
});

describe('trace state', () => {
  const key = fc.stringMatching(/^[a-z0-9][a-z0-9_*/@-]{0,20}$/);
  const text = fc.stringMatching(/^[ !-+\--<>-~]{0,20}[!-+\--<>-~]$/);
  const members = fc.uniqueArray(fc.tuple(key, text), { maxLength: 32, minLength: 1, selector: ([k]) => k });

  test('a canonical header comes back as it is', () => {
    holds(members, (list) => {
      const header = list.map((pair) => pair.join('=')).join(',');
      assert.equal(TraceState.parse(header)?.serialize(), header);
    });
  });

  test('set puts first, get finds, unset removes', () => {
    holds(members, key, text, (list, k, v) => {
      const state = TraceState.parse(list.map((pair) => pair.join('=')).join(','));
      const rest = list.filter(([other]) => other !== k);
      const expected = [[k, v], ...rest].slice(0, 32).map((pair) => pair.join('='));
      assert.equal(state.set(k, v).serialize(), expected.join(','));
      assert.equal(state.set(k, v).get(k), v);
      assert.equal(state.unset(k).serialize(), rest.map((pair) => pair.join('=')).join(','));
    });
  });

  test('whatever is read is read again as the same', () => {
    holds(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-c=, \t]{0,40}$/)), (header) => {
      const state = TraceState.parse(header);
      if (state) assert.equal(TraceState.parse(state.serialize())?.serialize(), state.serialize());
    });
  });
});

describe('batches', () => {
  const options = fc.record(
    {
      reader,
      dedupe: fc.boolean(),
      maxLinks: fc.integer({ min: 1, max: 10 }),
      overflow: fc.constantFrom('sampled', 'first', 'last', 'split'),
    },
    { requiredKeys: [] },
  );
  // Few contexts, so that messages repeat; few enough to pass a small limit.
  const few = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 })).map(([n, flags]) => ({
    headers: { traceparent: `00-${`${n}`.repeat(32)}-${`${n}`.repeat(16)}-0${flags}` },
  }));
  const batchOf = fc.array(fc.oneof({ weight: 4, arbitrary: few }, { weight: 1, arbitrary: message }), {
    maxLength: 30,
  });

  test('the report adds up, and every link is valid', () => {
    holds(batchOf, options, (messages, chosen) => {
      const { links, groups, attributes, report } = linkBatch(messages, chosen);
      const { linked, duplicates, missing, malformed, dropped, rejected } = report;
      assert.equal(report.messages, messages.length);
      assert.equal(linked + duplicates + missing + malformed + dropped, messages.length);
      assert.equal(groups.flat().length, linked);
      assert.equal(rejected.length, Math.min(16, malformed));
      assert.equal(attributes['batch.link_count'], linked);
      assert.ok(groups.every((group) => group.length <= (chosen.maxLinks ?? 128)));
      assert.deepEqual(links, groups[0] ?? []);
      if (chosen.overflow === 'split') assert.equal(dropped, 0);
      else assert.equal(links.length, linked);
      if (chosen.dedupe === false) assert.equal(duplicates, 0);
      for (const { context: each } of groups.flat()) assert.ok(isSpanContextValid(each));
      for (const { index, reason } of rejected) {
        assert.equal(explain(messages[index], chosen.reader).reason, reason);
        assert.notEqual(reason, 'missing');
      }
    });
  });

  test('the same batch gives the same links', () => {
    holds(batchOf, options, (messages, chosen) => {
      assert.deepEqual(linkBatch(messages, chosen), linkBatch([...messages], { ...chosen }));
    });
  });

  test('split and no limit link the same contexts', () => {
    holds(batchOf, (messages) => {
      const split = linkBatch(messages, { maxLinks: 2, overflow: 'split' }).groups.flat();
      assert.deepEqual(split, linkBatch(messages, { maxLinks: 1000 }).links);
    });
  });

  test('without dedupe, the contexts are those of each message', () => {
    holds(batchOf, (messages) => {
      const { links } = linkBatch(messages, { dedupe: false, maxLinks: 1000 });
      const expected = messages.map((each) => extract(each)).filter(Boolean);
      assert.deepEqual(
        links.map(({ context: each }) => flat(each)),
        expected.map(flat),
      );
    });
  });

  test('links survive JSON', () => {
    holds(batchOf, (messages) => {
      const { links } = linkBatch(messages, { maxLinks: 1000 });
      const back = rehydrateLinks(JSON.parse(JSON.stringify(dehydrateLinks(links))));
      assert.deepEqual(
        back.map(({ context: each }) => flat(each)),
        links.map(({ context: each }) => flat(each)),
      );
    });
  });

  test('parentOrLink never loses a context, and never makes a batch a child of it', () => {
    holds(message, fc.boolean(), fc.option(context, { nil: undefined }), (input, batch, ambient) => {
      const { parent, links, root } = parentOrLink(input, { batch, ambient });
      const found = extract(input);
      const uses = [parent, ...links.map((link) => link.context)].filter(Boolean);
      if (found) assert.ok(uses.some(({ spanId }) => spanId === found.spanId));
      if (batch || ambient) assert.equal(parent?.spanId, ambient?.spanId);
      assert.equal(root, parent === undefined);
      assert.ok(uses.every(isSpanContextValid));
    });
  });
});

describe('joins', () => {
  const definition = {
    name: 'join',
    slots: { c: { min: 2 }, a: {}, b: { min: 0 } },
    complete: { arrivals: 4 },
    timeoutMs: 1000,
  };
  const arrivals = [
    ['c', 'e1'],
    ['c', 'e2'],
    ['a', 'e3'],
    ['b', 'e4'],
  ].map(([slot, eventId], i) => ({
    key: 'k',
    slot,
    eventId,
    message: { headers: { traceparent: `00-${`${i + 1}`.repeat(32)}-${`${i + 1}`.repeat(16)}-01` } },
  }));
  const order = fc
    .shuffledSubarray([...arrivals, ...arrivals.slice(0, 3)], { minLength: 7 })
    .filter((list) => new Set(list.slice(0, -1)).size <= 4);

  test('the links of a join do not depend on the order of its arrivals, nor on copies', () => {
    const set = (links) =>
      links.map((link) => `${link.attributes['link.relationship']} ${link.context.spanId}`).sort();
    const expected = [
      'c 1111111111111111',
      'c 2222222222222222',
      'a 3333333333333333',
      'b 4444444444444444',
    ].sort();
    holds(order, (list) => {
      const fanIn = new FanIn(definition, { now: () => 0 });
      const outcomes = fanIn.offerMany(list);
      const complete = outcomes.filter(({ status, redelivered }) => status === 'complete' && !redelivered);
      assert.equal(complete.length, 1);
      assert.deepEqual(set(complete[0].links), expected);
      assert.deepEqual(
        complete[0].links.map((link) => link.attributes['link.relationship']),
        ['c', 'c', 'a', 'b'],
      );
      assert.equal(outcomes.filter(({ status }) => status === 'pending').length, 3);
      assert.equal(fanIn.stats().pending, 0);
      fanIn.free();
    });
  });
});
