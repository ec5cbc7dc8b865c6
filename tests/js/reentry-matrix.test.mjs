// Every place where a call runs code of its user, against every call that this code may make meanwhile, also such that
// the memory grows: the outer call answers as if nothing had happened, the inner one as it always does.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { wasmBytes } from './support/wasm-memory.mjs';
import {
  FanIn,
  TraceState,
  dehydrateLinks,
  explain,
  extract,
  fanOut,
  formatTraceparent,
  inject,
  injectEnvelope,
  linkBatch,
  linkTo,
  parentOrLink,
  rehydrateLinks,
} from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { linkedSampler } from 'spanlink/sampler';
import { calls, definition, notCalled, release } from './support/calls-inside.mjs';
import { captured } from './support/captured.mjs';
import { assertStillGood } from './support/known-good.mjs';
import { context, spanId, traceId, traceparent } from './support/vectors.mjs';
import { WatchedBytes, gettersOf, watched, watchedIterable } from './support/watched.mjs';

const { b3, custom, firstOf, headers, xray } = carriers;
const HEADERS = { traceparent: traceparent(1), tracestate: 'outer=1' };
const event = (n) => ({ headers: { traceparent: traceparent(n), tracestate: `outer=${n}` } });
const withState = (n) => ({ ...context(n), traceState: TraceState.parse(`outer=${n}`) });

/** Messages that run code of the user while they are read, and the reader they need. All name the span 1. */
const messages = {
  getters: (during) => [gettersOf({ headers: HEADERS }, during)],
  Proxies: (during) => [watched({ headers: HEADERS }, during)],
  'names in another case': (during) => [watched({ headers: { TraceParent: HEADERS.traceparent } }, during)],
  'lists of values': (during) => [
    { headers: watched({ traceparent: [HEADERS.traceparent], tracestate: ['outer=1', 'x=2'] }, during) },
  ],
  'an entry list': (during) => [watched({ headers: Object.entries(HEADERS) }, during), headers],
  'a Map': (during) => [watched({ headers: new Map(Object.entries(HEADERS)) }, during)],
  Headers: (during) => [watched({ headers: new Headers(HEADERS) }, during)],
  'lists of numbers': (during) => [
    watched({ headers: { traceparent: [...Buffer.from(HEADERS.traceparent)] } }, during),
  ],
  'a custom reader': (during) => {
    const container = (message) => {
      during();
      return message.headers;
    };
    return [{ headers: HEADERS }, custom(container)];
  },
  'a reader written by hand': (during) => {
    const read = (message, found) => {
      during();
      found.traceparent = message.headers.traceparent;
      during();
      found.tracestate = message.headers.tracestate;
      during();
    };
    return [{ headers: HEADERS }, gettersOf({ name: 'own', read }, during)];
  },
  B3: (during) => [
    watched(
      { headers: { 'X-B3-TraceId': traceId(1), 'X-B3-SpanId': spanId(1), 'X-B3-Sampled': '1' } },
      during,
    ),
    firstOf(headers, xray, b3),
  ],
  'X-Ray': (during) => {
    const root = `1-${traceId(1).slice(0, 8)}-${traceId(1).slice(8)}`;
    return [watched({ attributes: { AWSTraceHeader: `Root=${root};Parent=${spanId(1)}` } }, during), xray];
  },
};

/** What may be done with a message. */
const uses = {
  linkBatch: (message, reader) => [
    linkBatch([event(2), message, event(3), message], { reader, attributes: (_, index) => ({ index }) }),
    linkBatch([event(2), message, event(3)], { reader, maxLinks: 2, overflow: 'split', dedupe: false }),
  ],
  'what takes one message': (message, reader) => [
    extract(message, reader),
    explain(message, reader),
    linkTo(message, { reader, attributes: { outer: 1 } }),
    fanOut(message, { x: {}, y: { attributes: { outer: 1 } } }, { reader }),
    parentOrLink(message, { reader, ambient: context(2) }),
  ],
  offer: (message, reader, table) => [
    table().offer('outer', 'a', message, { reader, eventId: 'e', attributes: { outer: 1 } }),
    table().offer('outer', 'b', event(2)),
    table().offer('outer', 'b', message, { reader, eventId: 'late' }),
  ],
  offerMany: (message, reader, table) =>
    table().offerMany([
      { key: 'outer', slot: 'b', message: event(2) },
      { key: 'other', slot: 'b', message, reader },
      { key: 'outer', slot: 'a', message, reader },
      { key: Buffer.from('other'), slot: 'a', message, reader },
    ]),
};

/** A table that is filled as far as the place needs it. */
const opened = (table, now) => {
  const fanIn = table({ ...definition, slots: { a: {}, b: { min: 2 } } }, { now });
  fanIn.offer('outer', 'a', event(1), { attributes: { outer: 'x' } });
  return fanIn;
};

/** The other places: code of the user that is no part of a message. */
const places = {
  'the iterator of linkBatch': (during) => linkBatch(watchedIterable([event(1), event(2), event(1)], during)),
  'the options of linkBatch': (during) =>
    linkBatch(
      [event(2), event(1)],
      gettersOf({ dedupe: false, maxLinks: 1, overflow: 'last', reader: headers }, during),
    ),
  'the attributes of linkBatch, and what they give': (during) => {
    const attributes = (message, index) => {
      during();
      return watched({ outer: message.headers.tracestate, list: ['x', index === 0 ? null : 'y'] }, during);
    };
    return linkBatch([event(1), event(2), event(1), event(3)], { attributes });
  },
  'the options of linkTo': (during) => linkTo(event(1), watched({ attributes: { outer: ['x'] } }, during)),
  'the consumers of fanOut': (during) =>
    fanOut(event(1), watched({ x: { attributes: { outer: 1 } }, y: {} }, during), watched({}, during)),
  'the options of parentOrLink': (during) =>
    parentOrLink(
      event(1),
      watched({ ambient: context(2), batch: true, maxDelayMs: 1, enqueuedAt: 5, now: 6 }, during),
    ),
  'the context of formatTraceparent': (during) => formatTraceparent(watched(context(1), during)),
  'the context of inject, and its trace state': (during) => inject(watched(withState(1), during)),
  'the setter of inject': (during) => {
    const setter = (carrier, name, value) => {
      during();
      carrier.push(name, value);
    };
    return inject(withState(1), [], setter);
  },
  'the carrier of inject, an object': (during) => {
    const carrier = { TraceParent: traceparent(2), tracestate: 'old=1' };
    inject(withState(1), watched(carrier, during));
    return carrier;
  },
  'the carrier of inject, a list': (during) => {
    const carrier = [['traceparent', traceparent(2)]];
    inject(withState(1), watched(carrier, during));
    return carrier;
  },
  'the carrier of inject, a class': (during) => {
    const carrier = new Headers({ traceparent: traceparent(2) });
    inject(withState(1), watched(carrier, during));
    return [...carrier];
  },
  'the carrier of inject, with names in bytes': (during) => {
    const carrier = new Map([[WatchedBytes.of('traceparent', during), 'x']]);
    return [...inject(withState(1), carrier)];
  },
  'the body of injectEnvelope': (during) => {
    const body = { metadata: { tracestate: 'old=1' } };
    injectEnvelope(watched(body, during), watched(withState(1), during));
    return body;
  },
  'the list of TraceState.parse': (during) => {
    const part = (text) => ({
      toString() {
        during();
        return text;
      },
    });
    return TraceState.parse(watched([part('outer=1'), 'b=2', part(' c=3')], during));
  },
  'the links of dehydrateLinks': (during) =>
    dehydrateLinks(
      watched([{ context: withState(1), attributes: { outer: 'x' } }, { context: context(2) }], during),
    ),
  'the value of rehydrateLinks': (during) => {
    const link = { context: { ...context(1), traceState: 'outer=1' }, attributes: { outer: [true] } };
    return rehydrateLinks(watched([link, {}, link], during));
  },
  'the links of a sampler, and its root': (during) => {
    const shouldSample = (context, trace) => {
      during();
      return { decision: 1, attributes: { outer: trace } };
    };
    const sampler = linkedSampler({ root: { shouldSample }, whenLinked: 'all' });
    const links = watched([{ context: context(1) }, { context: context(2, 0) }], during);
    return sampler.shouldSample({}, traceId(1), 'span', 0, {}, links);
  },
  'the definition of a table': (during, table) => {
    const slots = { a: { attributes: { outer: 'x' } }, b: { min: 0, relationship: 'outer' } };
    const fanIn = table(
      watched({ ...definition, slots, complete: { arrivals: 2 } }, during),
      watched({}, during),
    );
    return [fanIn.offer('k', 'a', event(1)), fanIn.offer('k', 'b', event(2))];
  },
  'what comes with an event': (during, table) => {
    const arrival = (n) =>
      watched({ eventId: n, reader: headers, attributes: { outer: n, list: ['x', 'y'] } }, during);
    const fanIn = opened(table);
    return [1n, 'two', 2 ** 40].map((n) => fanIn.offer('outer', 'b', event(2), arrival(n)));
  },
  'an event id that is none': (during, table) => {
    const eventId = { toString: () => (during(), 'e'), [Symbol.toPrimitive]: () => (during(), 'e') };
    const fanIn = opened(table);
    return [
      fanIn.offer('outer', 'b', event(2), gettersOf({ eventId }, during)),
      fanIn.offer('outer', 'b', event(2), { eventId: 1 }),
      fanIn.offer('outer', 'b', event(2), { eventId: 2 }),
    ];
  },
  'a key in bytes with a length of their own': (during, table) => {
    const key = WatchedBytes.of('outer', during);
    const message = gettersOf({ headers: HEADERS }, during);
    const fanIn = opened(table);
    return [
      fanIn.inspect(key),
      fanIn.offer(key, 'b', message, { eventId: 1 }),
      fanIn.offer(key, 'b', message, { eventId: 2 }),
      fanIn.settle(key, watched(context(3), during)),
      fanIn.forget(key),
    ];
  },
  'the iterator of offerMany, and what it gives': (during, table) => {
    const arrivals = ['a', 'b', 'b'].map((slot, n) => ({
      key: 'k',
      slot,
      message: event(1 + n),
      eventId: n,
    }));
    const fanIn = table({ ...definition, slots: { b: { min: 2 }, a: {} } });
    return fanIn.offerMany(
      watchedIterable(
        arrivals.map((each) => watched(each, during)),
        during,
      ),
    );
  },
  'the span of settle': (during, table) => {
    const fanIn = table();
    fanIn.offerMany(['a', 'b'].map((slot) => ({ key: 'k', slot, message: event(2) })));
    const settled = fanIn.settle('k', watched({ ...withState(1), isRemote: true }, during));
    return [settled, fanIn.offer('k', 'a', event(3))];
  },
  'the clock': (during, table) => {
    let time = 0;
    const now = () => {
      during();
      return time;
    };
    const fanIn = opened(table, now);
    const seen = [fanIn.offer('outer', 'b', event(2), { eventId: 'e' }), fanIn.inspect('outer')];
    time = 1000;
    seen.push(fanIn.expire(), fanIn.settle('outer', context(3)), fanIn.offer('outer', 'b', event(4)));
    return [...seen, fanIn.forget('outer')];
  },
  'a clock, for joins that were evicted': (during) => {
    const now = () => (during(), 0);
    // Not used inside: that would evict others.
    const fanIn = new FanIn({ ...definition, maxPending: 1, onFull: 'evictOldest' }, { now });
    return [1, 2, 3].flatMap((n) => [fanIn.offer(`outer ${n}`, 'a', event(n)), fanIn.expire()]);
  },
};

for (const [name, message] of Object.entries(messages)) {
  for (const [way, use] of Object.entries(uses)) {
    places[`${way}: ${name}`] = (during, table) => {
      const [given, reader] = message(during);
      return use(given, reader, table);
    };
  }
}
for (const name of new Set(captured.map(({ reader }) => reader))) {
  const rows = captured.filter(({ reader }) => reader === name);
  places[`linkBatch: the messages of clients, ${name}`] = (during) =>
    [name, 'auto'].map((reader) =>
      linkBatch(
        rows.map(({ message }) => watched(message(HEADERS), during)),
        { reader: carriers[reader], dedupe: false },
      ),
    );
}

/** In how many moments of a place a call is made; fewer for calls that take long. */
const momentsOf = (call) =>
  /: (more than|hundreds)|offer: the memory grows/.test(call) ? 1 : /grows/.test(call) ? 2 : 6;

/** At most `wanted` of so many moments, evenly spread. The first comes too early, so it is none of few. */
function someOf(count, wanted) {
  if (count <= wanted) return new Set(Array(count).keys());
  return new Set(Array.from({ length: wanted }, (_, n) => Math.floor(((n + 1) * (count - 1)) / wanted)));
}

/**
 * Runs a place. Whenever it runs code of the user, `inside` is called with the number of the moment and the table in
 * use. Gives the answer as JSON.
 */
function run(place, inside) {
  let moment = 0;
  let isInside = false;
  let fanIn;
  const during = () => {
    // What runs inside may look at the same things.
    if (isInside) return;
    isInside = true;
    try {
      inside(moment++, fanIn);
    } finally {
      isInside = false;
    }
  };
  const table = (given = definition, options = { now: () => 0 }) =>
    (fanIn ??= new FanIn(given, { now: options.now ?? (() => 0) }));
  try {
    return JSON.stringify(place(during, table));
  } finally {
    fanIn?.free();
  }
}

test('bytes with a length of their own run none of their code while a message is read', () => {
  let runs = 0;
  const bytes = (text) => WatchedBytes.of(text, () => runs++);
  const headers = new Map(Object.entries(HEADERS).map(([name, value]) => [bytes(name), bytes(value)]));
  const { spanId: found, traceState } = extract({ headers });
  assert.deepEqual([found, traceState.serialize(), runs], [spanId(1), HEADERS.tracestate, 0]);
});

describe('a call inside another', () => {
  afterEach(() => assertStillGood());
  after(release);

  for (const [name, place] of Object.entries(places)) {
    test(name, () => {
      let moments = 0;
      const expected = run(place, () => moments++);
      assert.ok(moments > 0, 'code of the user runs');
      assert.match(expected, new RegExp(`outer|${spanId(1)}`), 'an answer that says something');
      for (const [call, inside] of Object.entries(calls)) {
        const chosen = someOf(moments, momentsOf(call));
        let made = 0;
        const actual = run(place, (moment, table) => {
          if (!chosen.has(moment)) return;
          made++;
          inside(table);
        });
        assert.equal(made, chosen.size, `${call}: as many moments as before`);
        assert.deepEqual(JSON.parse(actual), JSON.parse(expected), call);
      }
    });
  }

  test('and the memory did grow', () => {
    const before = wasmBytes();
    calls['linkBatch: the memory grows']();
    assert.ok(wasmBytes() > before);
  });
});

test('all that the package exports is among the calls', () => {
  assert.deepEqual(notCalled(), [], 'add a call of it to support/calls-inside.mjs');
});
