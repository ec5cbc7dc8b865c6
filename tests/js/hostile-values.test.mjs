// Values that are hostile by what they are called, how they are written, or how long they are. The matrix of values and
// exports is in hostile.test.mjs.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { FanIn, dehydrateLinks, explain, extract, fanOut, linkBatch, linkTo, rehydrateLinks } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { assertStillGood } from './support/known-good.mjs';
import { spanId, traceId, traceparent } from './support/vectors.mjs';

afterEach(() => assertStillGood());

const event = (n) => ({ headers: { traceparent: traceparent(n), tracestate: `v=${n}` } });
const definition = { name: 'join', slots: { b: {}, a: {} }, timeoutMs: 1000 };
const clock = { now: () => 0 };
const spans = (links) => links.map((link) => link.context.spanId);

describe('names that every object has', () => {
  test('a consumer named __proto__', () => {
    const consumers = JSON.parse('{"__proto__": {"attributes": {"x": 1}}, "constructor": {}}');
    const out = fanOut(event(1), consumers);
    assert.deepEqual(Object.keys(out).sort(), ['__proto__', 'constructor']);
    assert.deepEqual(spans(Object.getOwnPropertyDescriptor(out, '__proto__').value), [spanId(1)]);
    assert.deepEqual(spans(out.constructor), [spanId(1)]);
  });

  test('an attribute named __proto__', () => {
    const attributes = JSON.parse('{"__proto__": "p", "constructor": "c"}');
    const fanIn = new FanIn({ ...definition, slots: { a: { attributes } } }, clock);
    for (const { attributes: copy } of [
      linkTo(event(1), { attributes }),
      linkBatch([event(1)], { attributes: () => attributes }).links[0],
      fanIn.offer('k', 'a', event(1), { attributes }).links[0],
      rehydrateLinks(JSON.parse(JSON.stringify(dehydrateLinks([linkTo(event(1), { attributes })]))))[0],
    ]) {
      assert.equal(
        Object.getPrototypeOf(copy) === Object.prototype || Object.getPrototypeOf(copy) === null,
        true,
      );
      assert.equal(Object.getOwnPropertyDescriptor(copy, '__proto__')?.value, 'p');
      assert.equal(copy.constructor, 'c');
    }
    fanIn.free();
  });

  test('headers that a polluted prototype seems to have do not make two', () => {
    const carrier = JSON.parse('{"__proto__": {"traceparent": "x"}}');
    carrier.traceparent = traceparent(1);
    assert.equal(extract({ headers: carrier }, carriers.headers)?.traceId, traceId(1));
  });
});

describe('ill-formed text', () => {
  test('event ids of different lone surrogates are not one', () => {
    const fanIn = new FanIn({ ...definition, slots: { a: { min: 3 } } }, clock);
    const outcomes = ['\ud800', '\ud801', '\udfff'].map((eventId) =>
      fanIn.offer('k', 'a', event(1), { eventId }),
    );
    for (const outcome of outcomes) assert.notEqual(outcome.status, 'duplicate');
    fanIn.free();
  });

  test('keys of different lone surrogates do not meet', () => {
    const fanIn = new FanIn(definition, clock);
    for (const key of ['\ud800', '\ud801']) {
      assert.deepEqual(fanIn.offer(key, 'a', event(1)), { status: 'rejected', reason: 'invalid_key' });
    }
    fanIn.free();
  });

  test('a surrogate in an attribute, a name and a relationship', () => {
    const attributes = { '\ud800': 'x', x: '\udfff' };
    assert.equal(linkTo(event(1), { attributes }).attributes.x.length, 1);
    const fanIn = new FanIn(definition, clock);
    assert.equal(fanIn.offer('k', 'a', event(1), { attributes }).status, 'pending');
    assert.equal(fanIn.offer('k', 'b', event(2)).status, 'complete');
    fanIn.free();
  });
});

describe('ten megabytes', () => {
  const long = 'x'.repeat(1e7);

  test('a traceparent', () => {
    assert.equal(explain({ headers: { traceparent: long } }).reason, 'bad_length');
    assert.equal(explain({ headers: { traceparent: Buffer.from(long) } }).reason, 'bad_length');
    assert.equal(linkBatch([event(1), { headers: { traceparent: long } }, event(2)]).report.linked, 2);
  });

  test('a tracestate beside a good traceparent', () => {
    for (const tracestate of [
      long,
      `a=${long}`,
      'a=1,'.repeat(2.5e6),
      Buffer.from(long),
      Array(1000).fill(long.slice(0, 1e4)),
    ]) {
      const found = extract({ headers: { traceparent: traceparent(1), tracestate } });
      assert.equal(found?.traceId, traceId(1));
      assert.equal(found.traceState, undefined);
    }
  });

  test('another header', () => {
    const found = extract({ headers: { other: long, ...event(1).headers, [long]: 'x' } });
    assert.equal(found?.traceState.serialize(), 'v=1');
  });

  test('a body', () => {
    for (const body of [`{"x":"${long}"}`, `{${long}`, Buffer.from(long)]) {
      assert.equal(explain({ body }, carriers.queueBody).reason, 'missing');
    }
  });

  test('an event id', () => {
    const fanIn = new FanIn(definition, clock);
    const offer = (eventId) => fanIn.offer('k', 'a', event(1), { eventId });
    for (const tooLong of [long, 'x'.repeat(65_537)]) {
      assert.deepEqual(offer(tooLong), { status: 'rejected', reason: 'identity_required' });
    }
    const longest = 'x'.repeat(65_535);
    assert.equal(offer(`${longest}a`).status, 'pending');
    assert.ok(fanIn.stats().bytes < 1000, 'an identity is kept in few bytes');
    assert.equal(offer(`${longest}a`).status, 'duplicate');
    assert.equal(offer(`${longest}b`).status, 'conflict');
    fanIn.free();
  });

  test('a key and a slot', () => {
    const fanIn = new FanIn(definition, clock);
    assert.equal(fanIn.offer(long, 'a', event(1)).reason, 'invalid_key');
    assert.equal(fanIn.offer(Buffer.from(long), 'a', event(1)).reason, 'invalid_key');
    assert.equal(fanIn.offer('k', long, event(1)).reason, 'unknown_slot');
    assert.equal(fanIn.forget(long), false);
    fanIn.free();
  });

  test('an attribute', () => {
    assert.equal(linkTo(event(1), { attributes: { long } }).attributes.long.length, 1e7);
    const fanIn = new FanIn(definition, clock);
    const outcome = fanIn.offer('k', 'a', event(1), { attributes: { long } });
    assert.ok(['pending', 'rejected'].includes(outcome.status), outcome.status);
    fanIn.free();
  });

  test('a batch of fifty thousand messages', () => {
    const messages = Array.from({ length: 50_000 }, (_, i) => event((i % 60_000) + 1));
    const { report, groups } = linkBatch(messages, { overflow: 'split' });
    assert.equal(report.linked, 50_000);
    assert.equal(groups.length, Math.ceil(50_000 / 128));
  });
});
