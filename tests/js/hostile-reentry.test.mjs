// Code of the caller that runs in the middle of a call: getters, iterators, callbacks and clocks that call back, throw,
// or free what is in use. Each such place against each such call is in reentry-matrix.test.mjs.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
  FanIn,
  TraceState,
  dehydrateLinks,
  explain,
  extract,
  fanOut,
  linkBatch,
  linkTo,
  rehydrateLinks,
} from 'spanlink';
import { cloudEvent, custom, headers, pubsub } from 'spanlink/carriers';
import { assertStillGood, isDocumented } from './support/known-good.mjs';
import { context, spanId, traceId, traceparent } from './support/vectors.mjs';

afterEach(() => assertStillGood());

const event = (n) => ({ headers: { traceparent: traceparent(n), tracestate: `v=${n}` } });
const spans = (links) => links.map((link) => link.context.spanId);
const definition = { name: 'join', slots: { b: {}, a: {} }, timeoutMs: 1000 };
const clock = { now: () => 0 };

/** A message that calls `during` whenever its headers, or its traceparent, are read. */
const calling = (n, during) => ({
  get headers() {
    during();
    return {
      get traceparent() {
        during();
        return traceparent(n);
      },
      tracestate: `v=${n}`,
    };
  },
});

const states = (links) => links.map((link) => link.context.traceState?.serialize());

describe('a call inside a getter', () => {
  test('linkBatch inside linkBatch', () => {
    let depth = 0;
    const inner = [];
    const during = () => {
      if (depth === 2) return;
      depth++;
      inner.push(linkBatch([event(10), calling(11, during), event(12)]));
      depth--;
    };
    const { links, report } = linkBatch([event(1), calling(2, during), event(3), calling(4, during)]);
    assert.deepEqual(spans(links), [1, 2, 3, 4].map(spanId));
    assert.deepEqual(states(links), ['v=1', 'v=2', 'v=3', 'v=4']);
    assert.equal(report.linked, 4);
    assert.ok(inner.length >= 4);
    for (const each of inner) {
      assert.deepEqual(spans(each.links), [10, 11, 12].map(spanId));
      assert.deepEqual(states(each.links), ['v=10', 'v=11', 'v=12']);
    }
  });

  test('every other export inside linkBatch', () => {
    const during = () => {
      assertStillGood('inside');
      assert.equal(linkTo(event(20)).context.spanId, spanId(20));
      assert.equal(explain({}).reason, 'missing');
      assert.equal(fanOut(event(21), { a: {} }).a[0].context.spanId, spanId(21));
      assert.equal(rehydrateLinks(dehydrateLinks([linkTo(event(22))]))[0].context.spanId, spanId(22));
    };
    const { links } = linkBatch([event(1), calling(2, during), event(3)]);
    assert.deepEqual(spans(links), [1, 2, 3].map(spanId));
    assert.deepEqual(states(links), ['v=1', 'v=2', 'v=3']);
  });

  test('linkBatch inside the callback for attributes', () => {
    const attributes = (_, index) => ({ inner: linkBatch([event(30 + index)]).links[0].context.spanId });
    const { links } = linkBatch([event(1), event(2)], { attributes });
    assert.deepEqual(spans(links), [1, 2].map(spanId));
    assert.deepEqual(
      links.map((link) => link.attributes.inner),
      [30, 31].map(spanId),
    );
  });

  test('linkBatch inside the iterator of linkBatch', () => {
    const messages = (function* () {
      for (const n of [1, 2, 3]) {
        assert.deepEqual(
          spans(linkBatch([event(40 + n), event(50 + n)]).links),
          [40 + n, 50 + n].map(spanId),
        );
        yield event(n);
      }
    })();
    assert.deepEqual(spans(linkBatch(messages).links), [1, 2, 3].map(spanId));
  });

  test('linkBatch inside a custom reader', () => {
    const reader = custom((message) => {
      linkBatch([event(60), event(61), event(62)]);
      return message.headers;
    });
    assert.deepEqual(spans(linkBatch([event(1), event(2)], { reader }).links), [1, 2].map(spanId));
  });

  test('TraceState.parse inside the reading of trace state', () => {
    const message = {
      headers: {
        traceparent: traceparent(1),
        get tracestate() {
          assert.equal(TraceState.parse('x=1,y=2').get('y'), '2');
          return 'v=1';
        },
      },
    };
    assert.equal(extract(message).traceState.serialize(), 'v=1');
  });

  test('offer inside offer, another key', () => {
    const fanIn = new FanIn(definition, clock);
    const during = () => fanIn.offer('other', 'a', event(8));
    assert.equal(fanIn.offer('k', 'a', calling(1, during)).status, 'pending');
    const { links } = fanIn.offer('k', 'b', calling(2, during));
    assert.deepEqual(spans(links), [2, 1].map(spanId));
    assert.deepEqual(spans(fanIn.offer('other', 'b', event(9)).links), [9, 8].map(spanId));
    fanIn.free();
  });

  test('offer inside offer, the same key and slot', () => {
    const fanIn = new FanIn(definition, clock);
    let inside;
    const message = calling(1, () => (inside ??= fanIn.offer('k', 'a', event(8), { eventId: 'inner' })));
    const outer = fanIn.offer('k', 'a', message, { eventId: 'outer' });
    assert.deepEqual([inside.status, outer.status].sort(), ['conflict', 'pending']);
    assert.equal(fanIn.offer('k', 'b', event(2), { eventId: 'e' }).status, 'complete');
    fanIn.free();
  });

  test('offerMany inside offerMany', () => {
    const fanIn = new FanIn(definition, clock);
    const during = () => fanIn.offerMany([{ key: 'in', slot: 'a', message: event(8) }]);
    const outcomes = fanIn.offerMany([
      { key: 'k', slot: 'a', message: event(1) },
      { key: 'k', slot: 'b', message: calling(2, during) },
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['pending', 'complete'],
    );
    assert.deepEqual(spans(outcomes[1].links), [2, 1].map(spanId));
    assert.deepEqual(spans(fanIn.offer('in', 'b', event(9)).links), [9, 8].map(spanId));
    fanIn.free();
  });

  test('every method inside offer', () => {
    const fanIn = new FanIn(definition, clock);
    fanIn.offer('open', 'a', event(5));
    const during = () => {
      fanIn.inspect('open');
      fanIn.stats();
      fanIn.expire(0);
      fanIn.nextDeadline();
      fanIn.settle('open', context(3));
      fanIn.forget('nobody');
    };
    fanIn.offer('k', 'a', calling(1, during));
    assert.deepEqual(spans(fanIn.offer('k', 'b', calling(2, during)).links), [2, 1].map(spanId));
    fanIn.free();
  });

  test('forget of the key inside its offer', () => {
    const fanIn = new FanIn(definition, clock);
    fanIn.offer('k', 'a', event(1));
    const outcome = fanIn.offer(
      'k',
      'b',
      calling(2, () => fanIn.forget('k')),
    );
    // Whichever came first: a join that was forgotten cannot be completed by what came after.
    assert.equal(outcome.status, 'pending');
    fanIn.free();
  });

  for (const [name, use] of Object.entries({
    offer: (fanIn, message) => fanIn.offer('k', 'b', message),
    offerMany: (fanIn, message) => fanIn.offerMany([{ key: 'k', slot: 'b', message }]),
    'a second offer': (fanIn, message) => fanIn.offer('other', 'a', message, { eventId: 'e' }),
  })) {
    test(`free inside ${name}`, () => {
      const fanIn = new FanIn(definition, clock);
      fanIn.offer('k', 'a', event(1));
      const others = [];
      const message = calling(2, () => {
        fanIn.free();
        // What was freed may be given to another at once.
        others.push(new FanIn(definition, clock));
      });
      assert.throws(
        () => use(fanIn, message),
        (error) => isDocumented(error) && error.code === 'freed',
      );
      for (const other of others) {
        assert.deepEqual([other.stats().offered, other.stats().pending], [0, 0]);
        other.free();
      }
    });
  }

  test('free inside the clock, and a clock that offers', () => {
    const fanIn = new FanIn(definition, { now: () => (fanIn.free(), 0) });
    try {
      fanIn.offer('k', 'a', event(1));
    } catch (error) {
      assert.equal(isDocumented(error) && error.code, 'freed');
    }
    let calls = 0;
    const again = new FanIn(definition, {
      now: () => {
        if (calls++ === 0) again.offer('inner', 'a', event(1));
        return 0;
      },
    });
    again.offer('k', 'a', event(2));
    assert.deepEqual(spans(again.offer('inner', 'b', event(3)).links), [3, 1].map(spanId));
    again.free();
  });
});

describe('what the caller throws in the middle', () => {
  const thrown = new Error('from the caller');
  const fails = () => {
    throw thrown;
  };
  const isThrown = (error) => error === thrown;
  function* midway(items) {
    yield* items;
    fails();
  }

  test('an iterator of linkBatch', () => {
    assert.throws(() => linkBatch(midway([event(1), event(2)])), isThrown);
  });

  test('an iterator of offerMany', () => {
    const fanIn = new FanIn(definition, clock);
    const arrivals = [{ key: 'k', slot: 'a', message: event(1) }];
    assert.throws(() => fanIn.offerMany(midway(arrivals)), isThrown);
    // Whether the first was taken or not, the join can be completed by offering both.
    const statuses = [fanIn.offer('k', 'a', event(1)), fanIn.offer('k', 'b', event(2))].map(
      ({ status }) => status,
    );
    assert.ok(['pending', 'duplicate'].includes(statuses[0]), statuses[0]);
    assert.equal(statuses[1], 'complete');
    fanIn.free();
  });

  test('an iterator is closed when the callback throws', () => {
    let closed = false;
    const messages = (function* () {
      try {
        yield event(1);
        yield event(2);
      } finally {
        closed = true;
      }
    })();
    assert.throws(() => linkBatch(messages, { attributes: fails }), isThrown);
    assert.equal(closed, true);
  });

  test('a clock', () => {
    let broken = true;
    const fanIn = new FanIn(definition, { now: () => (broken ? fails() : 0) });
    assert.throws(() => fanIn.offer('k', 'a', event(1)), isThrown);
    assert.throws(() => fanIn.expire(), isThrown);
    broken = false;
    assert.equal(fanIn.inspect('k'), undefined);
    assert.equal(fanIn.offer('k', 'a', event(1)).status, 'pending');
    fanIn.free();
  });

  test('a getter of a message: it is as if there were no header', () => {
    const message = { headers: { ...event(1).headers } };
    Object.defineProperty(message.headers, 'traceparent', { get: fails, enumerable: true });
    assert.deepEqual(explain(message), { context: undefined, reason: 'missing' });
    const { report, links } = linkBatch([event(2), message, event(3)]);
    assert.deepEqual(spans(links), [2, 3].map(spanId));
    assert.deepEqual([report.linked, report.missing, report.malformed], [2, 1, 0]);
  });

  test('a getter of trace state does not cost the traceparent', () => {
    const carrier = { traceparent: traceparent(1) };
    Object.defineProperty(carrier, 'tracestate', { get: fails, enumerable: true });
    const found = extract({ headers: carrier }, headers);
    assert.equal(found?.traceId, traceId(1));
    assert.equal(found.traceState, undefined);
  });

  test('nor does one of a trace state with a prefix, or of one in a list', () => {
    const hostile = (object, name) => Object.defineProperty(object, name, { get: fails, enumerable: true });
    const own = hostile({ googclient_traceparent: traceparent(1) }, 'googclient_tracestate');
    assert.equal(extract({ attributes: own }, pubsub)?.traceId, traceId(1));
    const other = hostile({ traceparent: traceparent(1), tracestate: 'v=1' }, 'googclient_tracestate');
    assert.equal(extract({ attributes: other }, pubsub)?.traceState.serialize(), 'v=1');
    const event = hostile({ 'ce-traceparent': traceparent(1) }, 'ce-tracestate');
    assert.equal(extract({ headers: event }, cloudEvent)?.traceId, traceId(1));
    const list = hostile(['a=1'], 1);
    for (const carrier of [
      { traceparent: traceparent(1), tracestate: list, TraceState: 'v=1' },
      { traceparent: traceparent(1), tracestate: 'v=1', TraceState: list },
    ]) {
      assert.equal(extract({ headers: carrier })?.traceId, traceId(1));
    }
  });

  test('a getter of another header costs nothing', () => {
    const carrier = { ...event(1).headers };
    Object.defineProperty(carrier, 'other', { get: fails, enumerable: true });
    assert.equal(extract({ headers: carrier })?.traceState.serialize(), 'v=1');
  });

  test('a header that changes while it is read is one of its values', () => {
    let reads = 0;
    const carrier = {
      get traceparent() {
        return [traceparent(1), traceparent(2), 'x', { length: 7 }][reads++ % 4];
      },
    };
    for (let i = 0; i < 8; i++) {
      const found = extract({ headers: carrier });
      assert.ok(found === undefined || [spanId(1), spanId(2)].includes(found.spanId));
      if (found) assert.equal(found.traceId, found.spanId === spanId(1) ? traceId(1) : traceId(2));
    }
  });
});
