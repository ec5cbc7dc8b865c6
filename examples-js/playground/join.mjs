// One join, its clock, and everything that happened to it.
import { FanIn } from 'spanlink';

const KEY = 'order-1';
const hex = (bytes) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** A sender's span, and the message it sends. */
function newEvent(slot) {
  const context = { traceId: hex(16), spanId: hex(8), traceFlags: 1 };
  return {
    slot,
    context,
    message: { headers: { traceparent: `00-${context.traceId}-${context.spanId}-01` } },
  };
}

/** Begins a join; what makes no sense throws what spanlink throws. */
export function newJoin(slots, timeoutMs) {
  const state = {
    slots,
    now: 0,
    events: [],
    log: [],
    span: undefined,
    links: [],
    last: undefined,
    status: 'empty',
  };
  const definition = {
    name: 'playground',
    timeoutMs,
    slots: Object.fromEntries(slots.map((slot) => [slot, {}])),
  };
  const fanIn = new FanIn(definition, { now: () => state.now });
  const note = (what, outcome) => {
    state.log.unshift(`${state.now / 1000} s · ${what}: ${outcome}`);
    state.last = `${what}: ${outcome}`;
  };

  function take(what, event) {
    const outcome = fanIn.offer(KEY, event.slot, event.message);
    const counts = outcome.status === 'pending' || outcome.status === 'complete';
    // The join before was closed, and is remembered no longer: this is another.
    if (counts && !outcome.redelivered && ['complete', 'expired'].includes(state.status)) {
      Object.assign(state, { events: [event], span: undefined, links: [] });
    }
    if (counts) state.status = outcome.status;
    if (outcome.status === 'complete') finish('fulfil', outcome.links);
    note(what, describe(outcome));
  }

  /** A span starts with the links of what came together. */
  function finish(name, links) {
    state.span ??= { name, context: { traceId: hex(16), spanId: hex(8), traceFlags: 1 } };
    state.links = links;
  }

  return {
    state,
    offer(slot) {
      const event = newEvent(slot);
      state.events.push(event);
      take(`offer ${slot}`, event);
    },
    redeliver() {
      const event = state.events.at(-1);
      if (event) take(`deliver ${event.slot} again`, event);
    },
    forward(ms) {
      state.now += ms;
      note('the clock', `${state.now / 1000} s`);
    },
    expire() {
      const expired = fanIn.expire();
      if (expired.length === 0) return note('expire', 'nothing is due');
      for (const each of expired) {
        state.status = 'expired';
        finish('give up', each.links);
        note(
          'expire',
          `expired, without ${each.missing.join(', ')}${each.redelivered ? ', handed out again' : ''}`,
        );
      }
    },
    settle() {
      const done = fanIn.settle(KEY, state.span?.context);
      note(
        'settle',
        done ? 'the span is out; late events can link to it' : 'there is no closed join to settle',
      );
    },
    free: () => fanIn.free(),
  };
}

function describe(outcome) {
  switch (outcome.status) {
    case 'pending':
      return `pending, ${outcome.missing.join(', ')} still missing`;
    case 'complete':
      return `complete, ${outcome.links.length} links${outcome.redelivered ? ', redelivered' : ''}`;
    case 'duplicate':
      return `duplicate, the join is ${outcome.phase}`;
    case 'late':
      return `late, after ${outcome.after}${outcome.settledBy ? ', with a link to the span that settled it' : ''}`;
    case 'conflict':
      return `conflict, ${outcome.slot} has another event`;
    default:
      return `rejected, ${outcome.reason}`;
  }
}
