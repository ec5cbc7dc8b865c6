// What is given to a join is copied: whatever is done with it afterwards, the join keeps what was given.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FanIn } from 'spanlink';
import { context, spanId, traceId, traceparent } from './support/vectors.mjs';

const definition = { name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1000 };
const at = (time) => ({ now: () => time });
const event = (n) => ({ headers: { traceparent: traceparent(n) } });
const statuses = (outcomes) => outcomes.map(({ status }) => status);

describe('bytes that are used again', () => {
  test('keys, by what makes one arrival after the other', () => {
    const fanIn = new FanIn(definition, at(0));
    const key = Buffer.alloc(2);
    const outcomes = fanIn.offerMany(
      (function* () {
        key.write('k1');
        yield { key, slot: 'a', message: event(1) };
        key.write('k2');
        yield { key, slot: 'b', message: event(2) };
      })(),
    );
    assert.deepEqual(statuses(outcomes), ['pending', 'pending']);
    assert.deepEqual(fanIn.inspect('k1').arrived, ['a']);
    assert.deepEqual(fanIn.inspect('k2').arrived, ['b']);
  });

  test('headers, by what makes one arrival after the other', () => {
    const fanIn = new FanIn(definition, at(0));
    const header = Buffer.alloc(55);
    const [, complete] = fanIn.offerMany(
      (function* () {
        for (const [n, slot] of ['a', 'b'].entries()) {
          header.write(traceparent(n + 1));
          yield { key: 'k', slot, message: { headers: { traceparent: header } } };
        }
      })(),
    );
    assert.deepEqual(
      complete.links.map(({ context }) => context.spanId),
      [spanId(1), spanId(2)],
    );
  });

  test('bytes of a detached buffer and keys that are too long', () => {
    const fanIn = new FanIn({ ...definition, maxKeyBytes: 4 }, at(0));
    const gone = new Uint8Array([1, 2]);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const arrivals = [gone, new Uint8Array(5)].map((key) => ({ key, slot: 'a', message: event(1) }));
    for (const { reason } of fanIn.offerMany(arrivals.values())) assert.equal(reason, 'invalid_key');
  });
});

describe('attributes with lists', () => {
  test('of a definition', () => {
    const tags = ['x'];
    const slots = { a: { attributes: { tags } }, b: {} };
    const fanIn = new FanIn({ ...definition, slots }, at(0));
    tags.push('y', 7);
    const linkOf = (key, arrival) => {
      fanIn.offer(key, 'b', event(1));
      return fanIn.offer(key, 'a', event(2), arrival).links[0];
    };
    for (const arrival of [undefined, { attributes: { own: 1 } }]) {
      const first = linkOf(`1 ${arrival}`, arrival);
      assert.deepEqual(first.attributes.tags, ['x']);
      first.attributes.tags.push('z');
      assert.deepEqual(linkOf(`2 ${arrival}`, arrival).attributes.tags, ['x']);
    }
  });

  test('that say something else each time', () => {
    class Odd extends Array {
      times = 0;
      *[Symbol.iterator]() {
        yield 'text';
        if (this.times++ > 0) yield 7n;
      }
    }
    const fanIn = new FanIn(definition, at(0));
    fanIn.offer('k', 'a', event(1), { attributes: { odd: Odd.of(1, 2, 3), last: 1 } });
    const { links } = fanIn.offer('k', 'b', event(2));
    assert.deepEqual(links[0].attributes, { odd: ['text'], last: 1, 'link.relationship': 'a' });
  });
});

test('numbers among attributes come out of a join as they went in', () => {
  const numbers = [0, -0, 1, -1, 0.1, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 2 ** 63, 1e300, 5e-324];
  const attributes = { ...Object.fromEntries(numbers.map((number, at) => [`n${at}`, number])), numbers };
  const fanIn = new FanIn({ name: 'join', timeoutMs: 1000, slots: { a: {} } }, { now: () => 0 });
  const { links } = fanIn.offer('k', 'a', { headers: { traceparent: traceparent(1) } }, { attributes });
  assert.deepStrictEqual(links[0].attributes, { ...attributes, 'link.relationship': 'a' });
  fanIn.free();
});

test('whether the span that settled a join was received from elsewhere', () => {
  for (const isRemote of [true, false]) {
    const fanIn = new FanIn({ ...definition, slots: { a: {} } }, at(0));
    fanIn.offer('k', 'a', event(1));
    fanIn.settle('k', { ...context(2), isRemote });
    const { settledBy, links } = fanIn.offer('k', 'a', event(3));
    assert.equal(settledBy.isRemote, isRemote);
    assert.deepEqual(
      links.map((link) => link.context.isRemote),
      [true, isRemote],
    );
  }
});

test('a key of bytes that are no text, whatever is asked after it was handed out', () => {
  const key = new Uint8Array([0xff, 0xfe, 1]);
  const fanIn = new FanIn(definition, at(0));
  fanIn.offer(key, 'a', event(1));
  const [expired] = fanIn.expire(1000);
  fanIn.offer('k'.repeat(100), 'a', event(2));
  fanIn.expire(2000);
  assert.deepEqual(expired.key, key);
  assert.equal(expired.key.buffer.byteLength, key.length, 'and of no more memory than its own');
});

test('more links than are read at a time', () => {
  const count = 40;
  const slots = { a: { max: count } };
  const fanIn = new FanIn({ ...definition, slots, complete: { arrivals: count } }, at(0));
  let outcome;
  for (let n = 1; n <= count; n++) outcome = fanIn.offer('k', 'a', event(n), { eventId: n });
  assert.deepEqual(
    outcome.links.map((link) => [link.context.traceId, link.context.spanId]),
    Array.from({ length: count }, (_, n) => [traceId(n + 1), spanId(n + 1)]),
  );
});
