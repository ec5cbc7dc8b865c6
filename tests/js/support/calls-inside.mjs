// Calls of everything that the package exports, made while another call is in progress: each knows its own answer, and
// leaves nothing behind. Import `wasm-memory.mjs` before this module.
import assert from 'node:assert/strict';
import * as spanlink from 'spanlink';
import { b3, custom, firstOf, headers, xray } from 'spanlink/carriers';
import { context, spanId, traceId, traceparent } from './vectors.mjs';
import { wasmBytes } from './wasm-memory.mjs';

const { FanIn, SpanlinkError, TraceState, extract, linkBatch } = spanlink;

const event = (n) => ({ headers: { traceparent: traceparent(n), tracestate: `inner=${n}` } });
const bytes = (n) => ({
  headers: { traceparent: Buffer.from(traceparent(n)), tracestate: Buffer.from('i=1') },
});
const spans = (links) => links.map((link) => link.context.spanId);
/** As a batch, they take more memory than is kept from one batch to the next. */
const many = Array.from({ length: 5000 }, (_, n) => event(1000 + n));
const LIST = Array.from({ length: 32 }, (_, n) => ` k${n}=${'v'.repeat(200)}`).join(' , ');

export const definition = { name: 'join', slots: { b: {}, a: {} }, timeoutMs: 1000, maxKeyBytes: 2 ** 17 };
const clock = { now: () => 0 };

/** What takes up all room that the memory has left. Definitions, for an event of a join leaves some to others. */
let ballast = [];
const BALLAST = {
  name: 'ballast',
  slots: Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`${n}`.padEnd(250, '.'), {}])),
  timeoutMs: 1,
};

function fill() {
  const before = wasmBytes();
  for (let tables = 0; wasmBytes() === before && tables < 4096; tables++) {
    ballast.push(new FanIn(BALLAST, clock));
  }
}

/** Gives back what was taken up. */
export function release() {
  for (const table of ballast) table.free();
  ballast = [];
}

/** Does something that needs so much memory that it grows meanwhile. */
function growing(work) {
  for (let round = 0; round < 64; round++) {
    fill();
    const before = wasmBytes();
    work();
    if (wasmBytes() > before) return;
  }
  assert.fail('the memory did not grow');
}

let side;
/** The table of these calls, made by the first that needs it. */
const ownTable = () => (side ??= new FanIn(definition, clock));

/** Uses a table of its own, and the one that is in use outside. */
const onTables = (use) => (outer) => {
  use(ownTable());
  if (outer) use(outer);
};

/** Brings a join to its end, and looks at it on the way. */
function join(table, key, look = () => {}) {
  assert.equal(table.offer(key, 'a', event(110)).status, 'pending');
  look();
  // The table outside may wait for more.
  if (table !== side) return assert.ok(table.forget(key));
  const outcome = table.offer(key, 'b', bytes(111), { eventId: 'inner', attributes: { inner: 'x' } });
  assert.equal(outcome.status, 'complete');
  assert.deepEqual(spans(outcome.links), [111, 110].map(spanId));
  assert.equal(outcome.links[0].attributes.inner, 'x');
  assert.ok(table.settle(key, context(112)));
  const late = table.offer(key, 'a', event(113));
  assert.deepEqual(spans(late.links), [113, 112].map(spanId));
  assert.ok(table.forget(key));
}

function batches() {
  const { links, report } = linkBatch([
    event(100),
    bytes(101),
    event(100),
    {},
    { headers: { traceparent: '00-x' } },
  ]);
  assert.deepEqual(spans(links), [100, 101].map(spanId));
  assert.deepEqual(
    links.map((link) => link.context.traceState.serialize()),
    ['inner=100', 'i=1'],
  );
  assert.deepEqual([report.duplicates, report.missing, report.malformed], [1, 1, 1]);
}

/** The calls by name: the export, and after a colon what is special about it. Each is given the table in use outside. */
export const calls = {
  linkBatch: batches,
  'linkBatch: nothing': () => assert.equal(linkBatch([]).report.messages, 0),
  'linkBatch: the memory grows': () =>
    growing(() => {
      const { report, links } = linkBatch(many, { maxLinks: 10_000, overflow: 'last' });
      assert.deepEqual([report.linked, links[4999].context.spanId], [5000, spanId(5999)]);
    }),
  'linkBatch: split, of longest headers': () => {
    const long = { headers: { traceparent: `01-${traceId(102)}-${spanId(102)}-01-${'x'.repeat(65_000)}` } };
    const { groups } = linkBatch([long, bytes(103), long, event(104)], {
      dedupe: false,
      maxLinks: 3,
      overflow: 'split',
    });
    assert.deepEqual(groups.map(spans), [[102, 103, 102].map(spanId), [spanId(104)]]);
  },
  linkTo: () => assert.equal(spanlink.linkTo(event(120)).context.spanId, spanId(120)),
  fanOut: () => assert.deepEqual(spans(spanlink.fanOut(event(121), { x: {} }).x), [spanId(121)]),
  parentOrLink: () => assert.equal(spanlink.parentOrLink(bytes(122)).parent.spanId, spanId(122)),
  dehydrateLinks: () =>
    assert.equal(spanlink.dehydrateLinks([{ context: context(123) }])[0].context.spanId, spanId(123)),
  rehydrateLinks: () =>
    assert.deepEqual(spans(spanlink.rehydrateLinks([{ context: context(124) }])), [spanId(124)]),
  extract: () => assert.equal(extract(event(125), headers).traceState.serialize(), 'inner=125'),
  'extract: bytes': () => assert.equal(extract(bytes(126)).traceId, traceId(126)),
  'extract: a long list in another form': () => {
    const { traceState } = extract({ traceparent: traceparent(127), tracestate: LIST });
    assert.equal(traceState.serialize(), LIST.replaceAll(' ', ''));
  },
  'extract: other propagations': () => {
    const reader = firstOf(
      custom(() => undefined),
      xray,
      b3,
    );
    assert.equal(extract({ b3: `${traceId(128)}-${spanId(128)}-1` }, reader).spanId, spanId(128));
    const root = `1-${traceId(129).slice(0, 8)}-${traceId(129).slice(8)}`;
    const header = { 'x-amzn-trace-id': `Root=${root};Parent=${spanId(129)};Sampled=1` };
    assert.equal(extract(header, reader).spanId, spanId(129));
  },
  explain: () =>
    assert.equal(spanlink.explain({ traceparent: traceparent(130).slice(1) }).reason, 'bad_length'),
  parseTraceparent: () => assert.equal(spanlink.parseTraceparent(traceparent(131)).spanId, spanId(131)),
  formatTraceparent: () => assert.equal(spanlink.formatTraceparent(context(132)), traceparent(132)),
  'formatTraceparent: what is no context': () =>
    assert.throws(() => spanlink.formatTraceparent({}), { code: 'invalid_span_context' }),
  inject: () => {
    const traceState = TraceState.parse('inner=133');
    const carrier = spanlink.inject({ ...context(133), traceState }, new Map());
    assert.deepEqual([...carrier.values()], [traceparent(133), 'inner=133']);
  },
  injectEnvelope: () =>
    assert.equal(spanlink.injectEnvelope({}, context(134)).metadata.traceparent, traceparent(134)),
  TraceState: () => assert.equal(TraceState.parse(['x=1', ' y=2 ']).toJSON(), 'x=1,y=2'),
  'TraceState: a long list': () => assert.equal(TraceState.parse(LIST).get('k31'), 'v'.repeat(200)),
  'TraceState: edits': () => {
    const state = TraceState.parse('x=1,y=2');
    assert.equal(state.set('z', '3').unset('x').serialize(), 'z=3,y=2');
  },
  SpanlinkError: () => assert.equal(new SpanlinkError('freed', 'x').code, 'freed'),
  FanIn: () => new FanIn({ ...definition, complete: { slots: 1 } }, clock).free(),
  'FanIn: a definition that makes no sense': () =>
    assert.throws(() => new FanIn({ ...definition, timeoutMs: 0 }), { code: 'invalid_definition' }),
  'FanIn.offer': onTables((table) => join(table, 'inner')),
  'FanIn.offer: more than the input has room for': onTables((table) => join(table, 'i'.repeat(2 ** 17))),
  'FanIn.offer: the memory grows': () =>
    growing(() => {
      const key = new Uint8Array(2 ** 17).fill(0x69);
      ownTable().offer(key, 'a', event(140));
      assert.ok(ownTable().forget(key));
    }),
  'FanIn.offerMany': onTables((table) => {
    const arrivals = [1, 2, 3].flatMap((key) =>
      ['a', 'b'].map((slot) => ({ key: `many ${key}`, slot, message: event(140 + key) })),
    );
    const outcomes = table.offerMany(arrivals);
    const statuses = [1, 2, 3].flatMap(() => ['pending', table === side ? 'complete' : outcomes[1].status]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      statuses,
    );
    for (const { key } of arrivals) table.forget(key);
  }),
  'FanIn.offerMany: hundreds': () => {
    const fanIn = new FanIn(definition, clock);
    fanIn.offerMany(many.slice(0, 500).map((message, n) => ({ key: `${n}`, slot: 'a', message })));
    const expired = fanIn.expire(1000);
    assert.deepEqual([expired.length, spans(expired[499].links)[0]], [500, spanId(1499)]);
    fanIn.free();
  },
  'FanIn.inspect': onTables((table) =>
    join(table, 'seen', () =>
      assert.deepEqual([table.inspect('seen').arrived, table.inspect('seen').missing], [['a'], ['b']]),
    ),
  ),
  'FanIn.nextDeadline': onTables((table) => join(table, 'due', () => assert.ok(table.nextDeadline() > 0))),
  'FanIn.stats': onTables((table) => join(table, 'counted', () => assert.ok(table.stats().pending >= 1))),
  'FanIn.settle': onTables((table) => assert.equal(table.settle('nobody', context(150)), false)),
  'FanIn.forget': onTables((table) => assert.equal(table.forget('nobody'), false)),
  'FanIn.expire': (outer) => {
    if (outer) assert.deepEqual(outer.expire(-1), []);
    ownTable().offer('over', 'b', event(151));
    const [expired, ...others] = side.expire(1000);
    assert.deepEqual([expired.key, spans(expired.links), others], ['over', [spanId(151)], []]);
    assert.ok(side.forget('over'));
  },
  'FanIn.free': () => {
    const fanIn = new FanIn(definition, clock);
    fanIn.offer('k', 'a', event(152));
    fanIn.free();
    assert.throws(() => fanIn.stats(), { code: 'freed' });
  },
};

/** What the package has that none of the calls is of. */
export function notCalled() {
  const methods = Object.getOwnPropertyNames(FanIn.prototype).filter((name) => name !== 'constructor');
  const all = [...Object.keys(spanlink), ...methods.map((name) => `FanIn.${name}`)];
  const called = new Set(Object.keys(calls).map((name) => name.split(':')[0]));
  return all.filter((name) => !called.has(name));
}
