// Hostile values in every place of every export of `spanlink`; what is expected is said in support/matrix.mjs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as spanlink from 'spanlink';
import { answersWithValue, failsAsDocumented } from './support/matrix.mjs';
import { context, traceparent } from './support/vectors.mjs';

const {
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
  parseTraceparent,
  rehydrateLinks,
} = spanlink;

const good = { headers: { traceparent: traceparent(1) } };
const state = TraceState.parse('a=1');
const definition = { name: 'join', slots: { a: {}, b: { min: 2 } }, timeoutMs: 1000 };

const withFanIn = (use, options) => {
  const fanIn = new FanIn(definition, options);
  try {
    return use(fanIn);
  } finally {
    fanIn.free();
  }
};

const construct = (changed) => new FanIn({ ...definition, ...changed }).free();

/** What a message, a header or a stored value holds: never a reason to throw. */
const UNTRUSTED = {
  parseTraceparent: (x) => parseTraceparent(x),
  'TraceState.parse': (x) => TraceState.parse(x),
  'TraceState.parse of a list': (x) => TraceState.parse(['a=1', x]),
  'TraceState get': (x) => state.get(x),
  'TraceState set key': (x) => state.set(x, '1').serialize(),
  'TraceState set value': (x) => state.set('b', x).serialize(),
  'TraceState unset': (x) => state.unset(x).serialize(),
  extract: (x) => extract(x),
  'extract headers': (x) => extract({ headers: x }),
  'extract traceparent': (x) => extract({ headers: { traceparent: x } }),
  'extract traceparents': (x) => extract({ headers: { traceparent: [traceparent(1), x] } }),
  'extract tracestate': (x) => assert.ok(extract({ headers: { ...good.headers, tracestate: x } })),
  'extract tracestates': (x) => assert.ok(extract({ headers: { ...good.headers, tracestate: ['a=1', x] } })),
  'extract another header': (x) => assert.ok(extract({ headers: { ...good.headers, other: x } })),
  'extract an entry': (x) => extract({ headers: [x, ['traceparent', traceparent(1)]] }),
  'extract a key of a Map': (x) => extract({ headers: new Map([[x, traceparent(1)]]) }),
  explain: (x) => assert.equal(explain(x).context, undefined),
  linkTo: (x) => linkTo(x),
  'linkBatch message': (x) => assert.equal(linkBatch([good, x, good]).report.messages, 3),
  'linkBatch headers': (x) => assert.ok(linkBatch([{ headers: x }, good]).report.linked >= 1),
  fanOut: (x) => assert.ok(Array.isArray(fanOut(x, { a: {} }).a)),
  parentOrLink: (x) => assert.ok(Array.isArray(parentOrLink(x).links)),
  rehydrateLinks: (x) => assert.ok(Array.isArray(rehydrateLinks(x))),
  'rehydrateLinks element': (x) => assert.ok(Array.isArray(rehydrateLinks([x]))),
  'rehydrateLinks context': (x) => assert.deepEqual(rehydrateLinks([{ context: x }]), []),
  'rehydrateLinks traceId': (x) => {
    assert.deepEqual(rehydrateLinks([{ context: { ...context(1), traceId: x } }]), []);
  },
  'FanIn.offer key': (x) => withFanIn((fanIn) => assert.ok(fanIn.offer(x, 'a', good).status)),
  'FanIn.offer slot': (x) => withFanIn((fanIn) => assert.equal(fanIn.offer('k', x, good).status, 'rejected')),
  'FanIn.offer message': (x) =>
    withFanIn((fanIn) => assert.equal(fanIn.offer('k', 'a', x).status, 'pending')),
  'FanIn.offer eventId': (x) => {
    withFanIn((fanIn) => assert.ok(fanIn.offer('k', 'b', good, { eventId: x }).status));
  },
  'FanIn.settle key': (x) => withFanIn((fanIn) => assert.equal(fanIn.settle(x, context(1)), false)),
  'FanIn.inspect': (x) => withFanIn((fanIn) => assert.equal(fanIn.inspect(x), undefined)),
  'FanIn.forget': (x) => withFanIn((fanIn) => assert.equal(fanIn.forget(x), false)),
};

/** What the developer writes. */
const WRITTEN = {
  formatTraceparent: (x) => formatTraceparent(x),
  'formatTraceparent traceId': (x) => formatTraceparent({ ...context(1), traceId: x }),
  'formatTraceparent spanId': (x) => formatTraceparent({ ...context(1), spanId: x }),
  'formatTraceparent traceFlags': (x) => formatTraceparent({ ...context(1), traceFlags: x }),
  'extract reader': (x) => extract(good, x),
  'explain reader': (x) => explain(good, x),
  'inject context': (x) => inject(x, {}),
  'injectEnvelope body': (x) => injectEnvelope(x, context(1)),
  'injectEnvelope metadata': (x) => injectEnvelope({ metadata: x }, context(1)),
  'injectEnvelope context': (x) => injectEnvelope({}, x),
  'inject traceState': (x) => inject({ ...context(1), traceState: x }, {}),
  'linkTo options': (x) => linkTo(good, x),
  'linkTo reader': (x) => linkTo(good, { reader: x }),
  'linkTo attributes': (x) => linkTo(good, { attributes: x }),
  'linkTo attribute': (x) => linkTo(good, { attributes: { x } }),
  linkBatch: (x) => linkBatch(x),
  'linkBatch options': (x) => linkBatch([good], x),
  'linkBatch reader': (x) => linkBatch([good], { reader: x }),
  'linkBatch attributes': (x) => linkBatch([good], { attributes: x }),
  'linkBatch attributes of a link': (x) => linkBatch([good], { attributes: () => x }),
  'linkBatch maxLinks': (x) => linkBatch([good], { maxLinks: x }),
  'linkBatch overflow': (x) => linkBatch([good], { overflow: x }),
  'linkBatch dedupe': (x) => linkBatch([good], { dedupe: x }),
  'fanOut consumers': (x) => fanOut(good, x),
  'fanOut consumer': (x) => fanOut(good, { a: x }),
  'fanOut options': (x) => fanOut(good, {}, x),
  'parentOrLink options': (x) => parentOrLink(good, x),
  'parentOrLink ambient': (x) => parentOrLink(good, { ambient: x }),
  'parentOrLink batch': (x) => parentOrLink(good, { batch: x }),
  'parentOrLink delay': (x) => parentOrLink(good, { enqueuedAt: x, now: x, maxDelayMs: x }),
  dehydrateLinks: (x) => dehydrateLinks(x),
  'dehydrateLinks element': (x) => dehydrateLinks([x]),
  'dehydrateLinks context': (x) => dehydrateLinks([{ context: x }]),
  'dehydrateLinks traceState': (x) => dehydrateLinks([{ context: { ...context(1), traceState: x } }]),
  'dehydrateLinks attributes': (x) => dehydrateLinks([{ context: context(1), attributes: x }]),
  'FanIn definition': (x) => new FanIn(x).free(),
  'FanIn options': (x) => new FanIn(definition, x).free(),
  'FanIn now': (x) => new FanIn(definition, { now: x }).free(),
  'FanIn time': (x) => withFanIn((fanIn) => fanIn.offer('k', 'a', good), { now: () => x }),
  'FanIn slot': (x) => construct({ slots: { a: x } }),
  'FanIn slot attributes': (x) => construct({ slots: { a: { attributes: x } } }),
  'FanIn slot attribute': (x) => construct({ slots: { a: { attributes: { x } } } }),
  ...Object.fromEntries(
    ['min', 'max', 'relationship', 'onConflict'].map((option) => [
      `FanIn slot ${option}`,
      (x) => construct({ slots: { a: { [option]: x } } }),
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['name', 'version', 'slots', 'complete', 'timeoutMs', 'retainMs', 'maxPending', 'maxTombstones'],
      ...['maxBytes', 'maxKeyBytes', 'onFull', 'maxLinks', 'attributePrefix'],
    ].map((option) => [`FanIn ${option}`, (x) => construct({ [option]: x })]),
  ),
  'FanIn complete slots': (x) => construct({ complete: { slots: x } }),
  'FanIn.offer arrival': (x) => withFanIn((fanIn) => fanIn.offer('k', 'a', good, x)),
  'FanIn.offer reader': (x) => withFanIn((fanIn) => fanIn.offer('k', 'a', good, { reader: x })),
  'FanIn.offer attributes': (x) => withFanIn((fanIn) => fanIn.offer('k', 'a', good, { attributes: x })),
  'FanIn.offer attribute': (x) => withFanIn((fanIn) => fanIn.offer('k', 'a', good, { attributes: { x } })),
  'FanIn.offerMany': (x) => withFanIn((fanIn) => fanIn.offerMany(x)),
  'FanIn.offerMany element': (x) => withFanIn((fanIn) => fanIn.offerMany([x])),
  'FanIn.expire': (x) => withFanIn((fanIn) => fanIn.expire(x)),
  'FanIn.settle span': (x) => withFanIn((fanIn) => fanIn.settle('k', x)),
};

answersWithValue(UNTRUSTED);
failsAsDocumented(WRITTEN);

describe('nothing was forgotten', () => {
  const tried = [...Object.keys(UNTRUSTED), ...Object.keys(WRITTEN)].join('\n');
  // Not the one that takes no input of its own.
  const names = Object.keys(spanlink).filter((name) => name !== 'SpanlinkError');
  for (const name of names) {
    test(name, () => assert.match(tried, new RegExp(`^${name}\\b`, 'm')));
  }
});

test('no prototype was changed', () => {
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
    for (const name of ['traceparent', 'tracestate', 'a', 'x', 'headers', 'link.relationship']) {
      assert.equal(Object.hasOwn(prototype, name), false, name);
    }
  }
});
