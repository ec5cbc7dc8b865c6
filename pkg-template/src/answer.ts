import { NO_ATTRIBUTES, decodeAttributes } from './attributes.js';
import type { CheckedDefinition } from './checked-definition.js';
import { allBytes, allNumbers, numbersStart, outputStart, readAsciiAt } from './memory.js';
import type { Complete, Expired, Outcome, RejectionReason } from './outcome.js';
import { contextFromIds } from './span-context.js';
import { canonicalTraceState } from './trace-state.js';
import type { Attributes, Link, SpanContext } from './types.js';

const PHASES = ['pending', 'complete', 'expired'] as const;
const REJECTIONS: readonly RejectionReason[] = [
  'invalid_key',
  'unknown_slot',
  'identity_required',
  'slot_full',
  'capacity',
];
/** Set in the flags of a context that was received from elsewhere. */
const REMOTE = 0x80;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The outcome of an offer, from the number that Rust answered with. `arrival` are the encoded attributes offered. */
export function readOutcome(
  definition: CheckedDefinition,
  status: number,
  slot: number,
  arrival: Uint8Array,
): Outcome {
  switch (status) {
    case 0:
    case 1: {
      const answer = new Answer(definition);
      return { status: 'pending', arrived: answer.slots(), missing: answer.slots(), replaced: status === 1 };
    }
    case 2:
    case 3:
      return new Answer(definition).complete(status === 3);
    case 4:
    case 5:
    case 6:
      return { status: 'duplicate', phase: PHASES[status - 4] as 'pending' };
    case 8:
    case 9:
      return new Answer(definition).late(PHASES[status - 7] as 'complete', slot, arrival);
    case 10:
      return { status: 'conflict', slot: definition.slots[slot]?.name ?? '' };
    default:
      return { status: 'rejected', reason: REJECTIONS[status - 11] ?? 'corrupt_state' };
  }
}

function attributesOf(encoded: Uint8Array): Attributes | undefined {
  return encoded.length === 0 ? undefined : decodeAttributes(encoded);
}

/** The numbers and the text of an answer, read from front to back (see `src/wasm/fan_in.rs`). */
export class Answer {
  readonly #definition: CheckedDefinition;
  readonly #numbers = allNumbers();
  readonly #bytes = allBytes();
  #number = numbersStart();
  #byte = outputStart();

  constructor(definition: CheckedDefinition) {
    this.#definition = definition;
  }

  number(): number {
    return this.#numbers[this.#number++] as number;
  }

  /** A list of slots, by name. */
  slots(): string[] {
    const names: string[] = [];
    for (let count = this.number(); count > 0; count--) {
      names.push(this.#definition.slots[this.number()]?.name as string);
    }
    return names;
  }

  complete(redelivered: boolean): Complete {
    const completedBy = this.#definition.slots[this.number()]?.name as string;
    const completionId = this.#ascii(32);
    return { status: 'complete', redelivered, completionId, completedBy, ...this.#joined() };
  }

  late(after: 'complete' | 'expired', slot: number, arrival: Uint8Array): Outcome {
    const own = this.#context();
    const settledBy = this.#context();
    const links: Link[] = own ? [this.#link(own, slot, attributesOf(arrival))] : [];
    if (!settledBy) return { status: 'late', after, links };
    links.push({ context: settledBy });
    return { status: 'late', after, settledBy, links };
  }

  expired(keyLength: number): Expired {
    const reason = this.number() === 1 ? 'evicted' : 'timeout';
    const redelivered = this.number() === 1;
    const [arrived, missing] = [this.slots(), this.slots()];
    const key = this.#key(keyLength);
    const { links, attributes, arrivals, linkless, linksDropped } = this.#joined();
    const joined = { links, attributes, arrivals, linkless, linksDropped };
    return { status: 'expired', reason, key, redelivered, arrived, missing, ...joined };
  }

  /** What came together. */
  #joined() {
    const [arrivals, linkless, linksDropped] = [this.number(), this.number(), this.number()];
    const [firstArrival, lastArrival, wait] = [this.number(), this.number(), this.number()];
    const links: Link[] = [];
    for (let count = this.number(); count > 0; count--) {
      const slot = this.number();
      const context = this.#context() as SpanContext;
      const length = this.number();
      links.push(this.#link(context, slot, attributesOf(length === 0 ? NO_ATTRIBUTES : this.#take(length))));
    }
    const { name, attributeNames } = this.#definition;
    const attributes: Attributes = {
      [attributeNames.name]: name,
      [attributeNames.triggerCount]: arrivals,
      [attributeNames.linkCount]: links.length,
      [attributeNames.waitMs]: wait,
    };
    return { links, attributes, arrivals, linkless, linksDropped, firstArrival, lastArrival };
  }

  #link(context: SpanContext, slot: number, arrival: Attributes | undefined): Link {
    const { attributes, relationship } = this.#definition.slots[slot] ?? {};
    return { context, attributes: { ...attributes, ...arrival, 'link.relationship': relationship } };
  }

  #context(): SpanContext | undefined {
    const flags = this.number();
    if (flags < 0) return undefined;
    const listLength = this.number();
    const context = contextFromIds(this.#ascii(48), 0, 32, flags & ~REMOTE);
    if ((flags & REMOTE) === 0) context.isRemote = false;
    if (listLength > 0) context.traceState = canonicalTraceState(this.#ascii(listLength));
    return context;
  }

  #ascii(length: number): string {
    const start = this.#byte;
    this.#byte += length;
    return readAsciiAt(start, length);
  }

  #take(length: number): Uint8Array {
    return this.#bytes.subarray(this.#byte, (this.#byte += length));
  }

  #key(length: number): string | Uint8Array {
    const bytes = this.#take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return bytes.slice();
    }
  }
}
