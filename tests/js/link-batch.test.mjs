// Batches: what counts as what, and what happens past the limit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SpanlinkError, linkBatch } from 'spanlink';
import { headers, metadata } from 'spanlink/carriers';
import { context, flat, spanId, traceId, traceparent } from './support/vectors.mjs';

const event = (n, flags = 1) => ({ id: n, headers: { traceparent: traceparent(n, flags) } });
const events = (from, to, flags) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i, flags));
const broken = (value = 'x') => ({ headers: { traceparent: value } });
const ids = (links) => links.map(({ context }) => context.traceId);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => traceId(from + i));
const coded = (code) => (error) => error instanceof SpanlinkError && error.code === code;

function assertAddsUp({ links, groups, attributes, report }, messages) {
  const { linked, duplicates, missing, malformed, dropped } = report;
  assert.equal(report.messages, messages);
  assert.equal(linked + duplicates + missing + malformed + dropped, messages);
  assert.equal(groups.flat().length, linked);
  assert.equal(groups[0], links, 'the first group is the links');
  assert.equal(attributes['batch.size'], messages);
  assert.equal(attributes['batch.link_count'], linked);
}

describe('counting', () => {
  test('a batch of every kind', () => {
    const messages = [event(1), {}, event(2, 0), broken(), event(1), null, broken(''), event(3)];
    const batch = linkBatch(messages);
    assertAddsUp(batch, 8);
    assert.deepEqual(batch.report, {
      messages: 8,
      linked: 3,
      duplicates: 1,
      missing: 3,
      malformed: 1,
      dropped: 0,
      rejected: [{ index: 3, reason: 'bad_length' }],
    });
    assert.equal(batch.attributes['messaging.batch.message_count'], 8);
    assert.deepEqual(
      batch.links.map(({ context }) => flat(context)),
      [context(1), context(2, 0), context(3)].map((each) => ({
        ...each,
        isRemote: true,
        traceState: undefined,
      })),
    );
  });

  test('an empty batch', () => {
    const batch = linkBatch([]);
    assert.deepEqual(batch.links, []);
    assert.deepEqual(batch.groups.flat(), []);
    assert.deepEqual(batch.report, {
      messages: 0,
      linked: 0,
      duplicates: 0,
      missing: 0,
      malformed: 0,
      dropped: 0,
      rejected: [],
    });
    assert.equal(batch.attributes['batch.size'], 0);
    assert.equal(batch.attributes['batch.link_count'], 0);
  });

  test('the first sixteen rejected, by their place in the batch, and each reason', () => {
    const values = [
      ['x', 'bad_length'],
      [`ff-${traceId(1)}-${spanId(1)}-01`, 'bad_version'],
      [`00-${'0'.repeat(32)}-${spanId(1)}-01`, 'bad_trace_id'],
      [`00-${traceId(1)}-${'0'.repeat(16)}-01`, 'bad_span_id'],
      [`00-${traceId(1)}-${spanId(1)}-0x`, 'bad_flags'],
      [`00-${traceId(1)}-${spanId(1)}.01`, 'bad_delimiter'],
      [[traceparent(1), traceparent(1)], 'multiple'],
      ['\u00e9', 'not_text'],
    ];
    const messages = [...values, ...values, ...values].flatMap(([value], i) => [
      event(100 + i),
      broken(value),
    ]);
    const { report } = linkBatch(messages);
    assert.equal(report.malformed, 24);
    assert.equal(report.linked, 24);
    assert.deepEqual(
      report.rejected,
      [...values, ...values].map(([, reason], i) => ({ index: 2 * i + 1, reason })),
    );
  });

  test('any iterable: a generator, a Set, a Map of messages', () => {
    const generator = (function* () {
      yield* events(1, 3);
    })();
    assert.deepEqual(ids(linkBatch(generator).links), range(1, 3));
    assert.deepEqual(ids(linkBatch(new Set(events(4, 5))).links), range(4, 5));
    assert.deepEqual(ids(linkBatch(new Map([['k', event(6)]]).values()).links), range(6, 6));
  });

  test('holes of a sparse array are messages without headers', () => {
    const messages = [event(1), , event(2)];
    const batch = linkBatch(messages);
    assertAddsUp(batch, 3);
    assert.equal(batch.report.missing, 1);
  });

  test('an array that loses messages, or gains some, while it is read', () => {
    const change = (to) => {
      const messages = events(1, 5);
      const { headers } = messages[1];
      Object.defineProperty(messages[1], 'headers', { get: () => (to(messages), headers) });
      return linkBatch(messages);
    };
    const fewer = change((messages) => (messages.length = 3));
    assertAddsUp(fewer, 3);
    assert.deepEqual(ids(fewer.links), range(1, 3));
    const more = change((messages) => messages.length < 9 && messages.push(event(6), event(7)));
    assert.deepEqual(ids(more.links), range(1, 7));
  });

  for (const length of ['3', 2.5, -1, NaN, undefined]) {
    test(`an array whose length is ${String(length)}, as a Proxy may say`, () => {
      const get = (target, name, self) => (name === 'length' ? length : Reflect.get(target, name, self));
      const messages = new Proxy(events(1, 5), { get });
      const read = [...messages].length;
      assert.equal(read, Math.max(0, Math.trunc(Number(length) || 0)));
      assertAddsUp(linkBatch(messages), read);
    });
  }

  test('a tracestate that comes late, in an array and in an iterable of unknown size', () => {
    const messages = events(1, 40);
    messages[30].headers.tracestate = 'a=1';
    messages[33].headers.tracestate = 'b=2';
    const states = (batch) => batch.links.map(({ context }) => context.traceState?.serialize());
    const expected = messages.map(({ headers }) => headers.tracestate);
    assert.deepEqual(states(linkBatch(messages)), expected);
    assert.deepEqual(states(linkBatch(new Set(messages))), expected);
  });

  test('a named reader', () => {
    assert.equal(linkBatch([event(1)], { reader: metadata }).report.missing, 1);
    assert.equal(linkBatch([event(1)], { reader: headers }).report.linked, 1);
  });
});

describe('duplicates', () => {
  const messages = [event(1), event(2), event(1), event(1), event(3)];

  test('merge into the first, with a count', () => {
    const batch = linkBatch(messages);
    assertAddsUp(batch, 5);
    assert.deepEqual(ids(batch.links), range(1, 3));
    assert.equal(batch.report.duplicates, 2);
    assert.equal(batch.links[0].attributes['link.message_count'], 3);
    assert.equal(batch.links[1].attributes?.['link.message_count'], undefined);
    assert.equal(batch.links[2].attributes?.['link.message_count'], undefined);
  });

  test('stay with dedupe: false', () => {
    const batch = linkBatch(messages, { dedupe: false });
    assertAddsUp(batch, 5);
    assert.deepEqual(ids(batch.links), [1, 2, 1, 1, 3].map(traceId));
    assert.equal(batch.report.duplicates, 0);
    assert.ok(batch.links.every(({ attributes }) => attributes?.['link.message_count'] === undefined));
  });

  test('are of one trace and one span', () => {
    const sameTrace = { headers: { traceparent: `00-${traceId(1)}-${spanId(2)}-01` } };
    const sameSpan = { headers: { traceparent: `00-${traceId(2)}-${spanId(1)}-01` } };
    assert.equal(linkBatch([event(1), sameTrace, sameSpan]).report.linked, 3);
    assert.equal(linkBatch([event(1, 1), event(1, 0)]).report.linked, 1);
    const state = { headers: { traceparent: traceparent(1), tracestate: 'a=1' } };
    assert.equal(linkBatch([event(1), state]).report.duplicates, 1);
  });

  test('are found in a batch of many', () => {
    const batch = linkBatch([...events(1, 3000), ...events(1, 3000)], { maxLinks: 5000 });
    assertAddsUp(batch, 6000);
    assert.equal(batch.report.linked, 3000);
    assert.ok(batch.links.every(({ attributes }) => attributes['link.message_count'] === 2));
  });

  test('are counted, whatever the caller says of it', () => {
    const attributes = () => ({ 'link.message_count': 7 });
    const { links } = linkBatch([...events(1, 2), event(1)], { attributes });
    assert.deepEqual(
      links.map((link) => link.attributes['link.message_count']),
      [2, 7],
    );
  });

  test('do not count towards the limit', () => {
    const batch = linkBatch([...events(1, 3), ...events(1, 3), event(4)], { maxLinks: 4, overflow: 'first' });
    assert.deepEqual(ids(batch.links), range(1, 4));
    assert.equal(batch.report.dropped, 0);
  });
});

describe('attributes of links', () => {
  test('the callback gets the message and its place', () => {
    const messages = [{}, event(1), broken(), event(2)];
    const attributes = (message, index) => ({ 'event.id': message.id, index });
    const { links } = linkBatch(messages, { attributes });
    assert.deepEqual(
      links.map((link) => link.attributes),
      [
        { 'event.id': 1, index: 1 },
        { 'event.id': 2, index: 3 },
      ],
    );
  });

  test('merged links keep those of the first message', () => {
    const messages = [event(1), { ...event(1), id: 'again' }];
    const { links } = linkBatch(messages, { attributes: ({ id }) => ({ 'event.id': id }) });
    assert.deepEqual(links[0].attributes, { 'event.id': 1, 'link.message_count': 2 });
  });

  test('undefined is no attributes', () => {
    const { links } = linkBatch(events(1, 2), { attributes: ({ id }) => (id === 1 ? { x: 1 } : undefined) });
    assert.deepEqual(links[0].attributes, { x: 1 });
    assert.deepEqual(links[1].attributes ?? {}, {});
  });

  test('the message is not changed, nor the object returned', () => {
    const message = Object.freeze({ ...event(1), shared: Object.freeze({ x: 1 }) });
    const { links } = linkBatch([message, message], { attributes: ({ shared }) => shared });
    assert.deepEqual(links[0].attributes, { x: 1, 'link.message_count': 2 });
    assert.deepEqual(message.shared, { x: 1 });
  });

  test('what the callback throws reaches the caller, and the next batch is whole', () => {
    const thrown = new Error('from the callback');
    const attributes = (_, index) => {
      if (index === 2) throw thrown;
    };
    assert.throws(
      () => linkBatch(events(1, 5), { attributes }),
      (error) => error === thrown,
    );
    assert.deepEqual(ids(linkBatch(events(6, 7)).links), range(6, 7));
  });
});

describe('past the limit', () => {
  const mixed = [...events(1, 4, 0), ...events(5, 6, 1), ...events(7, 8, 0), ...events(9, 10, 3)];

  test('the limit is 128 when none is given', () => {
    const at = linkBatch(events(1, 128));
    assert.equal(at.links.length, 128);
    assert.equal(at.report.dropped, 0);
    const past = linkBatch(events(1, 129));
    assertAddsUp(past, 129);
    assert.equal(past.links.length, 128);
    assert.equal(past.report.dropped, 1);
  });

  for (const overflow of [undefined, 'sampled']) {
    test(`${overflow ?? 'by default'}: sampled contexts first, each in message order`, () => {
      const batch = linkBatch(mixed, { maxLinks: 6, overflow });
      assertAddsUp(batch, 10);
      const kept = (sampled) =>
        ids(batch.links.filter(({ context }) => (context.traceFlags & 1) === sampled));
      assert.deepEqual(kept(1), [5, 6, 9, 10].map(traceId));
      assert.deepEqual(kept(0), [1, 2].map(traceId));
      assert.equal(batch.report.dropped, 4);
      assert.deepEqual(batch.groups, [batch.links]);
    });
  }

  test('sampled: more sampled than fit', () => {
    const batch = linkBatch([...events(1, 2, 0), ...events(3, 8, 1)], { maxLinks: 4, overflow: 'sampled' });
    assert.deepEqual(ids(batch.links), range(3, 6));
    assert.equal(batch.report.dropped, 4);
  });

  test('sampled: nothing is reordered where all fit', () => {
    const batch = linkBatch(mixed, { maxLinks: 10, overflow: 'sampled' });
    assert.deepEqual(ids(batch.links), range(1, 10));
  });

  test('first', () => {
    const batch = linkBatch(mixed, { maxLinks: 3, overflow: 'first' });
    assertAddsUp(batch, 10);
    assert.deepEqual(ids(batch.links), range(1, 3));
    assert.equal(batch.report.dropped, 7);
    assert.deepEqual(batch.groups, [batch.links]);
  });

  test('last', () => {
    const batch = linkBatch([...mixed, {}, broken()], { maxLinks: 3, overflow: 'last' });
    assertAddsUp(batch, 12);
    assert.deepEqual(ids(batch.links), range(8, 10));
    assert.equal(batch.report.dropped, 7);
  });

  test('split', () => {
    const batch = linkBatch(mixed, { maxLinks: 4, overflow: 'split' });
    assertAddsUp(batch, 10);
    assert.deepEqual(batch.groups.map(ids), [range(1, 4), range(5, 8), range(9, 10)]);
    assert.deepEqual(ids(batch.links), range(1, 4));
    assert.equal(batch.report.dropped, 0);
  });

  test('split where all fit', () => {
    const batch = linkBatch(mixed, { overflow: 'split' });
    assert.deepEqual(batch.groups.map(ids), [range(1, 10)]);
  });

  for (const overflow of ['sampled', 'first', 'last', 'split']) {
    test(`${overflow}: a limit of one`, () => {
      const batch = linkBatch(events(1, 3), { maxLinks: 1, overflow });
      assertAddsUp(batch, 3);
      assert.deepEqual(ids(batch.links), [overflow === 'last' ? traceId(3) : traceId(1)]);
      assert.deepEqual(
        batch.groups.map((group) => group.length),
        overflow === 'split' ? [1, 1, 1] : [1],
      );
    });
  }

  test('five hundred messages: no link is lost', () => {
    const messages = events(1, 486);
    messages.splice(40, 0, broken());
    messages.splice(100, 0, event(7), event(7), event(8));
    messages.splice(300, 0, ...Array.from({ length: 10 }, (_, i) => (i % 2 ? {} : { headers: {} })));
    assert.equal(messages.length, 500);
    const attributes = (_, index) => ({ index });
    const batch = linkBatch(messages, { overflow: 'split', attributes });
    assertAddsUp(batch, 500);
    assert.deepEqual(
      batch.groups.map((group) => group.length),
      [128, 128, 128, 102],
    );
    assert.deepEqual(batch.groups.flatMap(ids), range(1, 486));
    const { rejected, ...counts } = batch.report;
    assert.deepEqual(counts, {
      messages: 500,
      linked: 486,
      duplicates: 3,
      missing: 10,
      malformed: 1,
      dropped: 0,
    });
    assert.deepEqual(rejected, [{ index: 40, reason: 'bad_length' }]);
    assert.equal(batch.attributes['messaging.batch.message_count'], 500);
    for (const link of batch.groups.flat()) {
      assert.equal(messages[link.attributes.index].headers.traceparent.includes(link.context.spanId), true);
    }
    assert.equal(batch.groups[0][6].attributes['link.message_count'], 3);
    assert.equal(batch.groups[0][7].attributes['link.message_count'], 2);
  });
});

describe('misuse', () => {
  for (const [name, options] of Object.entries({
    'maxLinks 0': { maxLinks: 0 },
    'maxLinks negative': { maxLinks: -1 },
    'maxLinks beyond 32 bits': { maxLinks: 2 ** 32 },
    'maxLinks NaN': { maxLinks: NaN },
    'maxLinks with a fraction': { maxLinks: 1.5 },
    'maxLinks as text': { maxLinks: '5' },
    'overflow of another name': { overflow: 'newest' },
    'overflow a number': { overflow: 1 },
    'attributes that is no function': { attributes: { x: 1 } },
    'reader by name': { reader: 'kafka' },
    'dedupe as text': { dedupe: 'no' },
  })) {
    test(name, () => assert.throws(() => linkBatch(events(1, 2), options), coded('invalid_option')));
  }

  test('messages that cannot be iterated', () => {
    for (const messages of [undefined, null, 7, {}, event(1)]) {
      assert.throws(() => linkBatch(messages), SpanlinkError);
    }
  });
});
