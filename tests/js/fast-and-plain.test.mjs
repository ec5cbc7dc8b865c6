// A batch crosses in chunks, a single message by itself, bytes in another way than text: all must say the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { TraceState, explain, extract, linkBatch } from 'spanlink';
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
