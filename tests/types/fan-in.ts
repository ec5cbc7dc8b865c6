// Fan-in: definitions, and outcomes told apart by their status.
import {
  FanIn,
  type ArrivalOptions,
  type Attributes,
  type Expired,
  type FanInDefinition,
  type FanInStats,
  type Link,
  type Outcome,
  type SpanContext,
} from 'spanlink';
import { auto } from 'spanlink/carriers';

declare const context: SpanContext;
declare const key: Uint8Array;

const definition: FanInDefinition = {
  name: 'fulfillment',
  version: 2,
  slots: {
    payment: { relationship: 'payment_confirmation', attributes: { a: 1 }, onConflict: 'replace' },
    inventory: { min: 1, max: 3 },
    note: { min: 0 },
  },
  complete: { slots: 2 },
  timeoutMs: 60_000,
  retainMs: 0,
  maxPending: 10,
  maxTombstones: 0,
  maxBytes: 1024,
  maxKeyBytes: 64,
  onFull: 'evictOldest',
  maxLinks: 8,
  attributePrefix: 'fulfillment',
};
const fanIn = new FanIn(definition, { now: () => 0 });
new FanIn({ name: 'all', slots: { a: {}, b: {} }, complete: 'all', timeoutMs: 1 });
new FanIn({ name: 'any three', slots: { a: { max: 3 } }, complete: { arrivals: 3 }, timeoutMs: 1 });
// @ts-expect-error timeoutMs is missing
new FanIn({ name: 'for ever', slots: { a: {} } });
// @ts-expect-error the name is missing
new FanIn({ slots: { a: {} }, timeoutMs: 1 });
// @ts-expect-error slots are an object, by name
new FanIn({ name: 'list', slots: ['a', 'b'], timeoutMs: 1 });
// @ts-expect-error not one of the rules
new FanIn({ name: 'some', slots: { a: {} }, complete: 'some', timeoutMs: 1 });
// @ts-expect-error not one of the policies
new FanIn({ name: 'full', slots: { a: {} }, timeoutMs: 1, onFull: 'dropNewest' });
// @ts-expect-error not one of the policies
new FanIn({ name: 'conflict', slots: { a: { onConflict: 'throw' } }, timeoutMs: 1 });
// @ts-expect-error no such option
new FanIn({ name: 'misspelt', slots: { a: {} }, timeoutMS: 1, timeoutMs: 1 });

const arrival: ArrivalOptions = { eventId: 7n, reader: auto, attributes: { b: [1, 2] } };
const outcome: Outcome = fanIn.offer('order-1', 'payment', {}, arrival);
fanIn.offer(key, 'payment', undefined, { eventId: 'a' });
const outcomes: Outcome[] = fanIn.offerMany([{ key, slot: 'payment', message: {}, eventId: 1 }]);
// @ts-expect-error a key is text or bytes
fanIn.offer(7, 'payment', {});
// @ts-expect-error an event id is text or a number
fanIn.offer('order-1', 'payment', {}, { eventId: {} });
// @ts-expect-error an arrival has a slot
fanIn.offerMany([{ key, message: {} }]);

export function told(outcome: Outcome): unknown {
  switch (outcome.status) {
    case 'pending': {
      const names: string[] = [...outcome.arrived, ...outcome.missing];
      const replaced: boolean = outcome.replaced;
      // @ts-expect-error only a complete join has links
      return [names, replaced, outcome.links];
    }
    case 'complete': {
      const links: Link[] = outcome.links;
      const attributes: Attributes = outcome.attributes;
      const texts: string[] = [outcome.completionId, outcome.completedBy];
      const redelivered: boolean = outcome.redelivered;
      const numbers: number[] = [outcome.arrivals, outcome.linkless, outcome.linksDropped];
      const times: number[] = [outcome.firstArrival, outcome.lastArrival];
      return [links, attributes, texts, redelivered, numbers, times];
    }
    case 'duplicate': {
      const phase: 'pending' | 'complete' | 'expired' = outcome.phase;
      return phase;
    }
    case 'late': {
      const after: 'complete' | 'expired' = outcome.after;
      const settledBy: SpanContext | undefined = outcome.settledBy;
      const links: Link[] = outcome.links;
      return [after, settledBy, links];
    }
    case 'conflict': {
      const slot: string = outcome.slot;
      return slot;
    }
    case 'rejected': {
      const reason:
        'invalid_key' | 'unknown_slot' | 'identity_required' | 'slot_full' | 'capacity' | 'corrupt_state' =
        outcome.reason;
      return reason;
    }
    default: {
      const none: never = outcome;
      return none;
    }
  }
}
// @ts-expect-error the links are there once the status is known
void outcome.links;
// @ts-expect-error not one of the statuses
export const unheardOf: boolean = outcome.status === 'done';

const expired: Expired[] = fanIn.expire();
fanIn.expire(Date.now());
for (const join of expired) {
  const reason: 'timeout' | 'evicted' = join.reason;
  const which: string | Uint8Array = join.key;
  const names: string[] = [...join.arrived, ...join.missing];
  const numbers: number[] = [join.arrivals, join.linkless];
  const links: Link[] = join.links;
  const attributes: Attributes = join.attributes;
  void [join.status === 'expired', reason, which, names, numbers, links, attributes, join.redelivered];
}

const deadline: number | undefined = fanIn.nextDeadline();
const settled: boolean = fanIn.settle('order-1', context);
fanIn.settle(key);
// @ts-expect-error a context, not its text
fanIn.settle('order-1', '00-…');
const seen = fanIn.inspect('order-1');
if (seen) {
  const names: string[] = [...seen.arrived, ...seen.missing];
  const until: number = seen.deadline;
  void [names, until];
}
// @ts-expect-error the key may be unknown
void fanIn.inspect('order-1').arrived;
const forgotten: boolean = fanIn.forget(key);
const stats: FanInStats = fanIn.stats();
const numbers: number[] = [stats.pending, stats.tombstones, stats.bytes, stats.offered];
const ends: number[] = [stats.completed, stats.expired, stats.evicted];
fanIn.free();
// Without the library of disposables in `lib`: the package brings its own reference to it.
fanIn[Symbol.dispose]();

void [outcomes, deadline, settled, forgotten, numbers, ends];

// What is perhaps not there may be handed on, however strict the compiler is about optional properties.
export function handedOn(given: {
  id: string | undefined;
  number: number | undefined;
  text: string | undefined;
  attributes: Attributes | undefined;
  reader: typeof auto | undefined;
  complete: 'all' | undefined;
  onFull: 'reject' | undefined;
  onConflict: 'replace' | undefined;
  now: (() => number) | undefined;
}): void {
  const { id, number, text, attributes, reader, complete, onFull, onConflict, now } = given;
  const slot = { min: number, max: number, relationship: text, attributes, onConflict };
  const bounds = { maxPending: number, maxTombstones: number, maxBytes: number, maxKeyBytes: number };
  new FanIn(
    {
      ...{ name: 'optional', slots: { slot }, timeoutMs: 1, version: number, complete, retainMs: number },
      ...{ ...bounds, onFull, maxLinks: number, attributePrefix: text },
    },
    { now },
  ).offer('k', 'slot', {}, { eventId: id, reader, attributes });
}
