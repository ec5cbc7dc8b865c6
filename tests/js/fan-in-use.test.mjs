// FanIn beyond the tables: its copies, attributes, many arrivals at once, its end.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FanIn, SpanlinkError } from 'spanlink';
import { custom, headers } from 'spanlink/carriers';
import { assertLinks } from './support/scenario.mjs';
import { context, spanId, traceId, traceparent } from './support/vectors.mjs';

const definition = { name: 'join', slots: { b: {}, a: {} }, timeoutMs: 1000, retainMs: 5000 };
const event = (n) => ({ headers: { traceparent: traceparent(n) } });
const link = (n, relationship) => ({ traceId: traceId(n), spanId: spanId(n), relationship });
const coded = (code) => (error) => error instanceof SpanlinkError && error.code === code;
const at = (now) => ({ now: () => now });

describe('what is kept is a copy', () => {
  test('of the key, the message and its attributes', () => {
    const fanIn = new FanIn(definition, at(0));
    const key = new Uint8Array([1, 2, 3]);
    const bytes = Buffer.from(traceparent(1));
    const message = { headers: { traceparent: bytes } };
    const attributes = { 'app.n': 1, 'app.list': ['x'] };
    fanIn.offer(key, 'a', message, { eventId: 'e1', attributes });
    key.fill(9);
    bytes.fill(48);
    attributes['app.n'] = 2;
    attributes['app.list'].push('y');
    assert.equal(fanIn.inspect(key), undefined);
    const outcome = fanIn.offer(new Uint8Array([1, 2, 3]), 'b', event(2), { eventId: 'e2' });
    assertLinks(outcome.links, [link(2, 'b'), link(1, 'a')], 'links');
    assert.equal(outcome.links[1].attributes['app.n'], 1);
    assert.deepEqual(outcome.links[1].attributes['app.list'], ['x']);
  });

  test('of the definition', () => {
    const slots = { a: {}, b: { relationship: 'old' } };
    const fanIn = new FanIn({ ...definition, slots }, at(0));
    slots.b.relationship = 'new';
    slots.c = {};
    fanIn.offer('k', 'a', event(1));
    assert.deepEqual(fanIn.offer('k', 'c', event(1)), { status: 'rejected', reason: 'unknown_slot' });
    assertLinks(fanIn.offer('k', 'b', event(2)).links, [link(1, 'a'), link(2, 'old')], 'links');
  });

  test('in what is handed out, too', () => {
    const fanIn = new FanIn(definition, at(0));
    fanIn.offer('k', 'a', event(1)).arrived.push('x');
    assert.deepEqual(fanIn.inspect('k').arrived, ['a']);
    const first = fanIn.offer('k', 'b', event(2));
    first.links.length = 0;
    first.attributes['fan_in.name'] = 'x';
    const again = fanIn.offer('k', 'b', event(2));
    assertLinks(again.links, [link(2, 'b'), link(1, 'a')], 'links');
    assert.equal(again.attributes['fan_in.name'], 'join');
  });
});

describe('attributes of links', () => {
  test('those of the slot and of the arrival, beside the relationship', () => {
    const slots = { a: { attributes: { 'slot.x': 'sx', 'slot.list': [1, 2] } }, b: {} };
    const fanIn = new FanIn({ ...definition, slots }, at(0));
    fanIn.offer('k', 'a', event(1), { attributes: { 'event.id': 'e1', 'event.flag': false } });
    const { links } = fanIn.offer('k', 'b', event(2), { attributes: { 'event.id': 'e2' } });
    assert.deepEqual(links[0].attributes, {
      'link.relationship': 'a',
      'slot.x': 'sx',
      'slot.list': [1, 2],
      'event.id': 'e1',
      'event.flag': false,
    });
    assert.deepEqual(links[1].attributes, { 'link.relationship': 'b', 'event.id': 'e2' });
  });

  test('with a byte order mark in a name and in a value', () => {
    const fanIn = new FanIn(definition, at(0));
    const attributes = { '\uFEFFname': '\uFEFFvalue', list: ['\uFEFF', ''] };
    fanIn.offer('k', 'a', event(1), { attributes });
    const { links } = fanIn.offer('k', 'b', event(2));
    assert.deepEqual(links[1].attributes, { 'link.relationship': 'a', ...attributes });
  });

  test('come back with what expires', () => {
    const fanIn = new FanIn(definition, at(0));
    fanIn.offer('k', 'a', event(1), { attributes: { 'event.id': 'e1' } });
    const [join] = fanIn.expire(1000);
    assert.deepEqual(join.links[0].attributes, { 'link.relationship': 'a', 'event.id': 'e1' });
    assert.equal(join.attributes['fan_in.name'], 'join');
    assert.equal(join.attributes['fan_in.trigger_count'], 1);
    assert.equal(join.attributes['fan_in.link_count'], 1);
  });
});

describe('identity', () => {
  for (const eventId of [true, {}, [], Symbol('e'), () => 'e', new Uint8Array([1]), NaN, Infinity]) {
    const shown = typeof eventId === 'number' ? eventId : Object.prototype.toString.call(eventId);
    test(`an event id of ${shown}`, () => {
      const fanIn = new FanIn(definition, at(0));
      const outcome = fanIn.offer('k', 'a', event(1), { eventId });
      assert.deepEqual(outcome, { status: 'rejected', reason: 'identity_required' });
      assert.equal(fanIn.inspect('k'), undefined);
    });
  }

  test('event ids that are bigints', () => {
    const fanIn = new FanIn({ ...definition, slots: { a: { min: 3 } } }, at(0));
    assert.equal(fanIn.offer('k', 'a', event(1), { eventId: 2n ** 64n }).status, 'pending');
    assert.equal(fanIn.offer('k', 'a', event(1), { eventId: 2n ** 64n }).status, 'duplicate');
    assert.equal(fanIn.offer('k', 'a', event(2), { eventId: 2n ** 64n + 1n }).status, 'pending');
    assert.equal(fanIn.offer('k', 'a', event(3), { eventId: 0n }).status, 'complete');
  });

  for (const key of [
    undefined,
    null,
    7,
    7n,
    {},
    [],
    Symbol('k'),
    '\ud800',
    'k\udfff',
    new Uint8Array(1025),
  ]) {
    const name = typeof key === 'string' ? JSON.stringify(key) : String(key).slice(0, 20);
    test(`a key that is none: ${typeof key} ${name}`, () => {
      const fanIn = new FanIn(definition, at(0));
      assert.deepEqual(fanIn.offer(key, 'a', event(1)), { status: 'rejected', reason: 'invalid_key' });
      assert.equal(fanIn.inspect(key), undefined);
      assert.equal(fanIn.settle(key), false);
      assert.equal(fanIn.forget(key), false);
      assert.equal(fanIn.stats().pending, 0);
    });
  }

  for (const slot of [undefined, null, 7, {}, Symbol('a'), '__proto__', 'constructor', '\ud800']) {
    test(`a slot that is none: ${typeof slot} ${JSON.stringify(slot)}`, () => {
      const fanIn = new FanIn(definition, at(0));
      assert.deepEqual(fanIn.offer('k', slot, event(1)), { status: 'rejected', reason: 'unknown_slot' });
    });
  }

  test('slots named like integers keep the order in which an object names them', () => {
    const fanIn = new FanIn({ ...definition, slots: { b: {}, 1: {}, a: {} } }, at(0));
    fanIn.offer('k', 'a', event(1));
    fanIn.offer('k', 'b', event(2));
    assertLinks(fanIn.offer('k', '1', event(3)).links, [link(3, '1'), link(2, 'b'), link(1, 'a')], 'links');
  });

  test('a slot named __proto__', () => {
    const slots = JSON.parse('{"__proto__": {}, "a": {}}');
    const fanIn = new FanIn({ ...definition, slots }, at(0));
    assert.deepEqual(fanIn.offer('k', 'a', event(1)).missing, ['__proto__']);
    assert.equal(fanIn.offer('k', '__proto__', event(2)).completedBy, '__proto__');
  });
});

describe('readers', () => {
  test('auto is the default, another can be named', () => {
    const message = { wrapped: event(1).headers };
    for (const [reader, linkless] of [
      [undefined, 1],
      [custom(({ wrapped }) => wrapped), 0],
      [headers, 1],
    ]) {
      const fanIn = new FanIn({ ...definition, slots: { a: {} } }, at(0));
      assert.equal(fanIn.offer('k', 'a', message, { reader }).linkless, linkless);
    }
  });

  test('one that is no reader is misuse', () => {
    const fanIn = new FanIn(definition, at(0));
    assert.throws(() => fanIn.offer('k', 'a', event(1), { reader: 'kafka' }), coded('invalid_option'));
    assert.equal(fanIn.inspect('k'), undefined);
  });
});

describe('offerMany', () => {
  const arrivals = [
    { key: 'k1', slot: 'a', message: event(1), eventId: 'e1' },
    { key: 'k2', slot: 'b', message: event(2), eventId: 'e1', attributes: { 'event.id': 'x' } },
    { key: 'k1', slot: 'a', message: event(1), eventId: 'e1' },
    { key: '', slot: 'a', message: event(1) },
    { key: 'k2', slot: 'a', message: event(3), eventId: 'e3' },
    { key: 'k1', slot: 'c', message: event(3) },
  ];
  const statuses = ['pending', 'pending', 'duplicate', 'rejected', 'complete', 'rejected'];

  test('an outcome for each, in order', () => {
    const fanIn = new FanIn(definition, at(0));
    const outcomes = fanIn.offerMany(arrivals);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      statuses,
    );
    assertLinks(outcomes[4].links, [link(2, 'b'), link(3, 'a')], 'links');
    assert.equal(outcomes[4].links[0].attributes['event.id'], 'x');
    assert.equal(fanIn.stats().offered, 6);
  });

  test('the same as one by one', () => {
    const [many, single] = [new FanIn(definition, at(0)), new FanIn(definition, at(0))];
    const withoutId = ({ completionId, ...outcome }) => outcome;
    assert.deepEqual(
      many.offerMany(arrivals).map(withoutId),
      arrivals.map(({ key, slot, message, ...arrival }) =>
        withoutId(single.offer(key, slot, message, arrival)),
      ),
    );
  });

  test('one time for all of them', () => {
    let time = 0;
    const fanIn = new FanIn(definition, { now: () => time++ });
    const [, , complete] = fanIn.offerMany([
      { key: 'k0', slot: 'a', message: event(1), eventId: 'e1' },
      { key: 'k1', slot: 'a', message: event(1), eventId: 'e1' },
      { key: 'k0', slot: 'b', message: event(2), eventId: 'e2' },
    ]);
    assert.deepEqual([complete.firstArrival, complete.lastArrival, time], [0, 0, 1]);
  });

  test('what is misused throws before any is offered', () => {
    const fanIn = new FanIn(definition, at(0));
    assert.throws(
      () => fanIn.offerMany([...arrivals, { ...arrivals[0], reader: {} }]),
      coded('invalid_option'),
    );
    for (const bad of [undefined, null, 'k']) {
      assert.throws(() => fanIn.offerMany([...arrivals, bad]), {
        code: 'invalid_option',
        message: '`arrivals` must contain objects only',
      });
    }
    assert.throws(() => fanIn.offer('k0', 'a', event(1), 'e1'), {
      code: 'invalid_option',
      message: '`arrival` must be an object',
    });
    const iterable = (function* () {
      yield* arrivals;
      throw new RangeError('of the user');
    })();
    assert.throws(() => fanIn.offerMany(iterable), RangeError);
    assert.equal(fanIn.stats().offered, 0);
  });

  test('answers that are longer than is read at once', () => {
    const fanIn = new FanIn(definition, at(0));
    const attributes = { 'app.text': 'x'.repeat(30_000) };
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    const offer = (slot, number) =>
      fanIn.offerMany(keys.map((key) => ({ key, slot, message: event(number), eventId: 'e', attributes })));
    assert.ok(offer('a', 1).every(({ status }) => status === 'pending'));
    for (const { status, links } of offer('b', 2)) {
      assert.equal(status, 'complete');
      assert.deepEqual(
        links.map((each) => each.attributes['app.text']),
        [attributes['app.text'], attributes['app.text']],
      );
    }
    assert.equal(fanIn.stats().completed, 12);
  });

  test('of an array that loses arrivals, or gains some, while it is read', () => {
    const offered = (to) => {
      const arrivals = ['k', 'l', 'm', 'n'].map((key, n) => ({ key, slot: 'a', message: event(n + 1) }));
      const { key } = arrivals[1];
      Object.defineProperty(arrivals[1], 'key', { get: () => (to(arrivals), key) });
      const outcomes = new FanIn(definition, at(0)).offerMany(arrivals);
      return outcomes.map(({ status }) => status);
    };
    assert.deepEqual(
      offered((arrivals) => (arrivals.length = 3)),
      ['pending', 'pending', 'pending'],
    );
    const again = { key: 'k', slot: 'a', message: event(1) };
    assert.deepEqual(
      offered((arrivals) => arrivals.length < 5 && arrivals.push(again)),
      ['pending', 'pending', 'pending', 'pending', 'duplicate'],
    );
  });

  test('of any iterable, and of an empty one', () => {
    const fanIn = new FanIn(definition, at(0));
    const generator = (function* () {
      yield* arrivals;
    })();
    assert.equal(fanIn.offerMany(generator).length, 6);
    assert.deepEqual(fanIn.offerMany([]), []);
  });
});

describe('settle', () => {
  test('with what is no context is misuse, and settles nothing', () => {
    const fanIn = new FanIn(definition, at(0));
    fanIn.offer('k', 'a', event(1));
    fanIn.offer('k', 'b', event(2));
    for (const span of [null, 7, {}, { ...context(1), spanId: 'x' }, traceparent(1)]) {
      assert.throws(() => fanIn.settle('k', span), coded('invalid_span_context'));
    }
    assert.equal(fanIn.offer('k', 'b', event(2)).redelivered, true);
    assert.equal(fanIn.settle('k', context(3)), true);
    assert.equal(fanIn.offer('k', 'b', event(2)).status, 'duplicate');
  });
});

test('a limit of keys beyond all memory costs nothing by itself', () => {
  const fanIn = new FanIn({ ...definition, maxKeyBytes: 2 ** 32 - 1 }, at(0));
  assert.equal(fanIn.offer('k', 'a', event(1)).status, 'pending');
  assert.deepEqual(fanIn.inspect('k')?.arrived, ['a']);
  assert.equal(fanIn.forget('k'), true);
});

describe('the end', () => {
  test('after free every method says freed; free may come twice', () => {
    const fanIn = new FanIn(definition, at(0));
    fanIn.offer('k', 'a', event(1));
    fanIn.free();
    fanIn.free();
    const calls = {
      offer: () => fanIn.offer('k', 'b', event(2)),
      offerMany: () => fanIn.offerMany([]),
      expire: () => fanIn.expire(5000),
      nextDeadline: () => fanIn.nextDeadline(),
      settle: () => fanIn.settle('k'),
      inspect: () => fanIn.inspect('k'),
      forget: () => fanIn.forget('k'),
      stats: () => fanIn.stats(),
    };
    for (const [name, call] of Object.entries(calls)) assert.throws(call, coded('freed'), name);
  });

  test('one freed leaves the others', () => {
    const [gone, other] = [new FanIn(definition, at(0)), new FanIn(definition, at(0))];
    other.offer('k', 'a', event(1));
    gone.free();
    assert.equal(new FanIn(definition, at(0)).inspect('k'), undefined);
    assert.equal(other.offer('k', 'b', event(2)).status, 'complete');
  });

  test('disposing is freeing', { skip: !Symbol.dispose && 'no Symbol.dispose' }, () => {
    const fanIn = new FanIn(definition, at(0));
    fanIn[Symbol.dispose]();
    assert.throws(() => fanIn.stats(), coded('freed'));
  });
});
