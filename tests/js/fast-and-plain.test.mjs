// A batch crosses in chunks, a single message by itself, bytes in another way than text, events together or one by
// one: all must say the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FanIn, TraceState, explain, extract, linkBatch } from 'spanlink';
import { headers } from 'spanlink/carriers';

const ALL = 100_000;
const hex = (length) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

const valid = fc
  .tuple(hex(32), hex(16), fc.constantFrom('00', '01', '03', 'ff'))
  .map(([traceId, spanId, flags]) => `00-${traceId}-${spanId}-${flags}`);

/** One character in another's place: often one whose low byte, or whose bytes, would pass for the right ones. */
const spoiled = fc
  .tuple(
    valid,
    fc.nat(54),
    fc.constantFrom('\u0130', '\u012d', '\ud800', '\udc00', '\u{1f600}', 'A', 'g', '\0', '_', ' ', 'é'),
  )
  .map(([text, at, char]) => text.slice(0, at) + char + text.slice(at + 1));

const text = fc.oneof(
  { weight: 6, arbitrary: valid },
  { weight: 3, arbitrary: spoiled },
  fc
    .tuple(fc.string({ unit: fc.constantFrom(' ', '\t') }), valid, fc.constantFrom('', ' ', '\t', '\u00a0'))
    .map((parts) => parts.join('')),
  valid.map((header) => `01${header.slice(2)}-later`),
  fc.tuple(valid, fc.nat(60)).map(([header, length]) => header.slice(0, length)),
  fc.string({ unit: 'binary' }),
);

/** What stands in the place of a header. */
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 4, arbitrary: text.map((header) => Buffer.from(header)) },
  text.map((header) => [header]),
  text.map((header) => [...Buffer.from(header)]),
  fc.constantFrom(undefined, null, 7, [], ['a', 'b'], '', new Uint8Array(0)),
);

const list = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  fc.constantFrom(
    'a=1',
    'a=1,b=2',
    ' a=1 , b=2',
    'a=1,a=2',
    'A=1',
    ',',
    'a=\u0130',
    `a=${'x'.repeat(600)}`,
    `a=${'x'.repeat(250)},`.repeat(3),
  ),
  fc.constantFrom('b=3', 'c@d=4').map((state) => Buffer.from(state)),
);

const message = fc.tuple(value, list).map(([traceparent, tracestate]) => ({
  headers: tracestate === undefined ? { traceparent } : { traceparent, tracestate },
}));

/** Short batches, and some that are longer than a chunk, with what is in them at any place of it. */
const batch = fc.oneof(
  { weight: 5, arbitrary: fc.array(message, { maxLength: 40 }) },
  fc
    .tuple(fc.array(message, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1000, max: 2100 }))
    .map(([messages, length]) => Array.from({ length }, (_, at) => messages[at % messages.length])),
);

const plain = (context) => context && { ...context, traceState: context.traceState?.serialize() };

test('a batch says of each message what a call for it alone says', () => {
  fc.assert(
    fc.property(batch, (messages) => {
      const found = linkBatch(messages, { reader: headers, maxLinks: ALL, dedupe: false });
      const alone = messages.map((each) => explain(each, headers));
      const contexts = alone.filter(({ context }) => context).map(({ context }) => plain(context));
      assert.deepEqual(
        found.links.map(({ context }) => plain(context)),
        contexts,
      );
      const refused = alone
        .map(({ context, reason }, index) => ({ context, index, reason }))
        .filter(({ context, reason }) => !context && reason !== 'missing');
      assert.equal(found.report.malformed, refused.length);
      assert.deepEqual(
        found.report.rejected,
        refused.slice(0, 16).map(({ index, reason }) => ({ index, reason })),
      );
    }),
    { numRuns: 150 },
  );
});

test('bytes say what the text says that they spell', () => {
  fc.assert(
    fc.property(text, (header) => {
      // What an encoder has to replace is another text.
      fc.pre(header.isWellFormed?.() ?? !/\p{Surrogate}/u.test(header));
      const spelled = { traceparent: Buffer.from(header) };
      assert.deepEqual(explain(spelled, headers), explain({ traceparent: header }, headers));
    }),
    { numRuns: 500 },
  );
});

test('a list says beside its traceparent what it says alone', () => {
  fc.assert(
    fc.property(
      valid,
      fc.oneof(list, fc.string(), fc.string({ unit: 'binary' })),
      (traceparent, tracestate) => {
        const alone = TraceState.parse(
          typeof tracestate === 'string' ? tracestate : (tracestate?.toString() ?? ''),
        );
        const message = { traceparent, tracestate };
        assert.equal(extract(message, headers)?.traceState?.serialize(), alone?.serialize());
        const [link] = linkBatch([message], { reader: headers }).links;
        assert.equal(link?.context.traceState?.serialize(), alone?.serialize());
      },
    ),
    { numRuns: 500 },
  );
});

test('a character of two bytes where texts fill their room to the last one', () => {
  const valid = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  // As many characters as there are bytes: an encoder stops one short of the end, having written as many as were asked.
  const texts = [`é${'x'.repeat(65_535)}`, 'x'.repeat(65_536 - valid.length), valid];
  const { report } = linkBatch(
    texts.map((traceparent) => ({ traceparent })),
    { reader: headers },
  );
  assert.equal(report.linked, 1);
  assert.deepEqual(
    report.rejected.map(({ reason }) => reason),
    ['not_text', 'bad_version'],
  );
});

test('links of a span that is named again are merged, wherever in the batch', () => {
  fc.assert(
    fc.property(batch, (messages) => {
      const once = linkBatch(messages, { reader: headers, maxLinks: ALL });
      const counts = new Map();
      for (const { context } of linkBatch(messages, { reader: headers, maxLinks: ALL, dedupe: false })
        .links) {
        const ids = context.traceId + context.spanId;
        counts.set(ids, (counts.get(ids) ?? 0) + 1);
      }
      const merged = once.links.map(({ context, attributes }) => [
        context.traceId + context.spanId,
        attributes?.['link.message_count'] ?? 1,
      ]);
      assert.deepEqual(merged, [...counts]);
    }),
    { numRuns: 80 },
  );
});

/** Keys that meet each other, and what is no key. */
const key = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('k', 'order-1', '6f9619ff-8b86-d011-b42d-00c04fc964ff', 'Größe', '😀'),
  },
  fc.constantFrom(
    '',
    'x'.repeat(41),
    '\ud800',
    '\u0130',
    7,
    null,
    Buffer.from('k'),
    Buffer.from([0xff, 0]),
    new Uint8Array(41),
  ),
);

const eventId = fc.constantFrom(undefined, '1', 2, 3n, 'é', '', '\udc00', 'i'.repeat(70), {});

const arrival = fc.record({
  key,
  slot: fc.constantFrom('s0', 's1', 's2', 'none'),
  message,
  eventId,
  attributes: fc.constantFrom(undefined, undefined, {}, { 'app.name': 'Größe', 'app.list': [1.5, 2] }),
});

/** A few arrivals, and some that fill more than one chunk. */
const arrivals = fc.oneof(
  { weight: 4, arbitrary: fc.array(arrival, { maxLength: 30 }) },
  fc
    .tuple(fc.array(arrival, { minLength: 1, maxLength: 20 }), fc.integer({ min: 160, max: 400 }))
    .map(([some, length]) => Array.from({ length }, (_, at) => some[at % some.length])),
);

/** A table of so many slots, of which two complete a join. */
function table(slots) {
  const entries = Array.from({ length: slots }, (_, at) => [`s${at}`, at === 2 ? { max: 3 } : {}]);
  const definition = { name: 'join', timeoutMs: 1000, maxKeyBytes: 40, slots: Object.fromEntries(entries) };
  return new FanIn({ ...definition, complete: { slots: 2 } }, { now: () => 5000 });
}

const plainOutcome = (outcome) => ({
  ...outcome,
  settledBy: plain(outcome.settledBy),
  links: outcome.links?.map(({ context, attributes }) => ({ context: plain(context), attributes })),
});

/** What a user without the fast way would hand over: the same bytes. */
const asBytes = ({ key, message, ...rest }) => {
  const { traceparent, tracestate } = message.headers;
  const bytes = (value) => (typeof value === 'string' && isWellFormed(value) ? Buffer.from(value) : value);
  return { ...rest, key: bytes(key), message: { headers: { traceparent: bytes(traceparent), tracestate } } };
};

const isWellFormed = (text) => text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);

for (const slots of [3, 10, 11]) {
  test(`events together, one by one and as bytes have the same outcomes: ${slots} slots`, () => {
    fc.assert(
      fc.property(arrivals, fc.boolean(), (events, settles) => {
        const [together, single, bytes] = [table(slots), table(slots), table(slots)];
        const rounds = [events, settles ? events : []];
        for (const round of rounds) {
          const outcomes = together.offerMany(round.map((each) => ({ ...each, reader: headers })));
          const alone = round.map(({ key, slot, message, ...rest }) =>
            single.offer(key, slot, message, { ...rest, reader: headers }),
          );
          const spelled = bytes.offerMany(round.map((each) => ({ ...asBytes(each), reader: headers })));
          assert.deepEqual(outcomes.map(plainOutcome), alone.map(plainOutcome));
          assert.deepEqual(spelled.map(plainOutcome), alone.map(plainOutcome));
          for (const each of [together, single, bytes]) each.settle('k', { ...SPAN });
        }
        assert.deepEqual(together.stats(), single.stats());
        assert.deepEqual(bytes.stats(), single.stats());
        for (const each of [together, single, bytes]) each.free();
      }),
      { numRuns: 60 },
    );
  });
}

const SPAN = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 };
