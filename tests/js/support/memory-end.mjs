// Fills the memory of the WebAssembly instance, which Node was told to end early, and says what works then. A process of
// its own: prints what it found as JSON.
import { FanIn, explain, extract, linkBatch } from 'spanlink';
import { traceparent } from './vectors.mjs';

const list = Array.from({ length: 32 }, (_, n) => `k${String(n).padStart(2, '0')}=${'v'.repeat(250)}`).join(
  ',',
);
const event = (n) => ({ headers: { traceparent: traceparent(n + 1), tracestate: list } });
const keyOf = (n) => `order-${n}`;

const clock = { time: 0 };
const definition = { name: 'join', slots: { a: {}, b: {}, c: {} }, timeoutMs: 1000 };
const fanIn = new FanIn(definition, { now: () => clock.time });
const offer = (n, slot) => fanIn.offer(keyOf(n), slot, event(n));

let joins = 0;
while (['a', 'b'].every((slot) => offer(joins, slot).status === 'pending')) joins++;
const rejection = offer(joins, 'b');

const thrown = (call) => {
  try {
    call();
    return undefined;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
const { report } = linkBatch([event(1), {}, { headers: { traceparent: 'x' } }]);
const found = {
  joins,
  rejection,
  context: extract(event(6))?.spanId,
  reason: explain({ headers: { traceparent: 'Q'.repeat(55) } }).reason,
  counts: [report.linked, report.missing, report.malformed],
  largeBatch: thrown(() => linkBatch(new Array(2e6).fill({}))),
  largeKey: thrown(() =>
    new FanIn({ ...definition, maxKeyBytes: 2 ** 28 }).offer('k'.repeat(2 ** 26), 'a', event(1)),
  ),
  reasonAfter: explain({ headers: { traceparent: 'Q'.repeat(55) } }).reason,
};

// Room that is given back serves others.
for (let n = 0; n < joins / 2; n++) fanIn.forget(keyOf(n));
found.begun = 0;
for (let n = 0; n < joins / 4; n++) if (offer(n, 'a').status === 'pending') found.begun++;
found.pending = fanIn.stats().pending;
clock.time = 1000;
found.expired = fanIn.expire().length;
clock.time = 5000;
fanIn.expire();
found.bytes = fanIn.stats().bytes;
console.log(JSON.stringify(found));
