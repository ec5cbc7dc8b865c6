// Hostile messages for every reader, and hostile arguments for what makes one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FanIn, extract, linkBatch, linkTo } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { answersWithValue, failsAsDocumented } from './support/matrix.mjs';
import { assertStillGood } from './support/known-good.mjs';
import { traceId, traceparent } from './support/vectors.mjs';

const { auto, custom, firstOf } = carriers;
const good = { headers: { traceparent: traceparent(1) } };
const readers = Object.entries(carriers).filter(([, each]) => typeof each?.read === 'function');

answersWithValue(
  Object.fromEntries(
    readers.flatMap(([name, reader]) => [
      [name, (x) => extract(x, reader)],
      [`${name} headers`, (x) => extract({ headers: x, properties: x, attributes: x, metadata: x }, reader)],
      [`${name} body`, (x) => extract({ body: x, Body: x, data: x, Data: x, detail: x, message: x }, reader)],
      [
        `${name} places`,
        (x) =>
          extract(
            { opts: { telemetry: { metadata: x } }, kinesis: x, Sns: x, applicationProperties: x },
            reader,
          ),
      ],
      [
        `${name} attributes`,
        (x) => {
          const attributes = { traceparent: x, tracestate: { DataType: 'Binary', Value: x } };
          extract({ MessageAttributes: attributes, messageAttributes: { traceparent: [x] } }, reader);
        },
      ],
      [`${name} values`, (x) => extract({ headers: { traceparent: [x] }, body: JSON.stringify({}) }, reader)],
    ]),
  ),
);

failsAsDocumented({
  'firstOf reader': (x) => extract(good, firstOf(auto, x)),
  'custom function': (x) => extract(good, custom(x)),
  'custom container': (x) =>
    extract(
      good,
      custom(() => x),
    ),
});

test('every export is a reader or makes one', () => {
  const others = Object.keys(carriers).filter((name) => !readers.some(([reader]) => reader === name));
  assert.deepEqual(others.sort(), ['custom', 'firstOf', 'injectEnvelope']);
});

/** Calls that a list makes on itself, or that others make on it, and what stands for their text. */
const texts = [
  { length: 3 },
  { length: 3, toString: () => 'a=1' },
  { length: 1e9, toString: () => 'a=1' },
  {
    length: 3,
    toString() {
      throw new Error('hostile');
    },
  },
  { [Symbol.toPrimitive]: () => linkBatch([good, good]) },
  Symbol('x'),
  5,
];
for (const [index, text] of texts.entries()) {
  const join = () => text;
  const map = function () {
    return { join };
  };
  const own = Object.assign(['a=1', 'b=2'], { map, join, concat: join, toString: join });
  const proxy = new Proxy(['a=1', 'b=2'], { get: (list, key) => (key === 'map' ? map : list[key]) });
  const Species = class extends Array {};
  Object.defineProperty(Species, Symbol.species, { value: map });
  for (const [name, tracestate] of Object.entries({ own, proxy, species: Species.of('a=1', 'b=2') })) {
    test(`a list of tracestates whose text is hostile: ${name}, ${index}`, () => {
      const message = { headers: { traceparent: traceparent(1), tracestate } };
      const fanIn = new FanIn({ name: 'join', slots: { a: {} }, timeoutMs: 1 }, { now: () => 0 });
      for (const context of [
        extract(message),
        linkTo(message).context,
        linkBatch([message]).links[0].context,
        fanIn.offer('k', 'a', message).links[0].context,
      ]) {
        assert.equal(context.traceId, traceId(1));
        assert.equal(context.traceState?.serialize(), 'a=1,b=2');
      }
      fanIn.free();
      assertStillGood();
    });
  }
}
