import { NO_ATTRIBUTES, copyAttributes, decodeAttributes } from './attributes.js';
import { ALL_SLOTS, MASK_SLOTS } from './checked-definition.js';
import type { CheckedDefinition, CheckedSlot } from './checked-definition.js';
import type { Event } from './events.js';
import { allBytes, allNumbers, numbersStart, outputStart, readAsciiAt } from './memory.js';
import type { Complete, Expired, Outcome, RejectionReason } from './outcome.js';
import { IDS_AT_A_TIME, IDS_LENGTH, contextFromIds } from './span-context.js';
import { decodeUtf8 } from './text.js';
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
/** The part of an answer that says what became of an event; what comes after it are slots, as bits. */
const STATUS = 0xf;
const STATUS_BITS = 4;
/** What an expired join's flags say; what comes after them are slots, as bits. */
const EVICTED = 1;
const HANDED_OUT = 2;
const ASCII_KEY = 4;
const EXPIRED_BITS = 3;
/** Set in the flags of a context that was received from elsewhere. */
const REMOTE = 0x80;

/**
 * The numbers and the text of the last answer, read from front to back (see `src/wasm/fan_in.rs`): one object for all
 * answers, for most have neither.
 */
export class Answer {
  readonly #definition: CheckedDefinition;
  #numbers: Float64Array = new Float64Array();
  #bytes: Uint8Array = NO_ATTRIBUTES;
  #number = 0;
  #byte = 0;
  /** Whether they are those of an earlier answer. */
  #isOld = true;
  /** Those of the context that was read last, encoded. */
  #attributes: Uint8Array = NO_ATTRIBUTES;

  constructor(definition: CheckedDefinition) {
    this.#definition = definition;
  }

  /** To be called after each call that answers. */
  renew(): this {
    this.#isOld = true;
    return this;
  }

  number(): number {
    if (this.#isOld) this.#begin();
    return this.#numbers[this.#number++] as number;
  }

  /** A whole number of 32 bits. As a small integer, V8 keeps it in the object that it goes to, and not beside it. */
  #integer(): number {
    return this.number() | 0;
  }

  #begin(): void {
    this.#isOld = false;
    this.#number = numbersStart();
    this.#byte = outputStart();
    this.#numbers = allNumbers();
    this.#bytes = allBytes();
  }

  /** The outcome of an event, of the number that Rust answered with. */
  outcome(answered: number, { slot, attributes }: Event): Outcome {
    const status = answered & STATUS;
    switch (status) {
      case 0:
      case 1:
        return this.#pending(answered >>> STATUS_BITS, status === 1);
      case 2:
      case 3:
        return this.#complete(status === 3);
      case 4:
      case 5:
      case 6:
        return { status: 'duplicate', phase: PHASES[status - 4] as 'pending' };
      case 8:
      case 9:
        return this.#late(PHASES[status - 7] as 'complete', slot, attributes);
      case 10:
        return { status: 'conflict', slot: this.#definition.slots[slot]?.name ?? '' };
      default:
        return { status: 'rejected', reason: REJECTIONS[status - 11] ?? 'corrupt_state' };
    }
  }

  #pending(bits: number, replaced: boolean): Outcome {
    const { arrived, missing } = this.progress(bits);
    return { status: 'pending', arrived, missing, replaced };
  }

  /** The slots that have an event and those that are missing: of an answer's bits, or lists where there are more. */
  progress(bits: number): { arrived: string[]; missing: string[] } {
    const { lists } = this.#definition;
    return lists
      ? { arrived: lists.copy(bits & ALL_SLOTS), missing: lists.copy(bits >>> MASK_SLOTS) }
      : { arrived: this.#slots(), missing: this.#slots() };
  }

  /** A list of slots, by name. */
  #slots(): string[] {
    const names: string[] = [];
    for (let count = this.#integer(); count > 0; count--) {
      names.push(this.#definition.slots[this.#integer()]?.name as string);
    }
    return names;
  }

  #complete(redelivered: boolean): Complete {
    const completedBy = this.#definition.slots[this.#integer()]?.name as string;
    const completionId = this.#ascii(32);
    const { links, attributes, arrivals, linkless, linksDropped, firstArrival, lastArrival } = this.#joined();
    return {
      status: 'complete',
      redelivered,
      completionId,
      completedBy,
      links,
      attributes,
      arrivals,
      linkless,
      linksDropped,
      firstArrival,
      lastArrival,
    };
  }

  #late(after: 'complete' | 'expired', slot: number, arrival: Uint8Array): Outcome {
    const own = this.#context();
    const settledBy = this.#context();
    const links: Link[] = own ? [this.#link(own, slot, arrival)] : [];
    if (!settledBy) return { status: 'late', after, links };
    links.push({ context: settledBy });
    return { status: 'late', after, settledBy, links };
  }

  expired(keyLength: number): Expired {
    const flags = this.#integer();
    const reason = flags & EVICTED ? 'evicted' : 'timeout';
    const redelivered = (flags & HANDED_OUT) !== 0;
    const { arrived, missing } = this.progress(flags >>> EXPIRED_BITS);
    const key = flags & ASCII_KEY ? this.#ascii(keyLength) : this.#key(keyLength);
    const { links, attributes, arrivals, linkless, linksDropped } = this.#joined();
    return {
      status: 'expired',
      reason,
      key,
      redelivered,
      arrived,
      missing,
      links,
      attributes,
      arrivals,
      linkless,
      linksDropped,
    };
  }

  /** What came together. */
  #joined() {
    const arrivals = this.#integer();
    const linkless = this.#integer();
    const linksDropped = this.#integer();
    const firstArrival = this.number();
    const lastArrival = this.number();
    const wait = this.number();
    const count = this.#integer();
    const { attributeNames, attributes: template } = this.#definition;
    const attributes: Attributes = { ...template };
    attributes[attributeNames.triggerCount] = arrivals;
    attributes[attributeNames.linkCount] = count;
    attributes[attributeNames.waitMs] = wait;
    const links = this.#links(count);
    return { links, attributes, arrivals, linkless, linksDropped, firstArrival, lastArrival };
  }

  #links(count: number): Link[] {
    const links: Link[] = [];
    let idsAt = this.#byte;
    this.#byte += count * IDS_LENGTH;
    let ids = '';
    for (let link = 0; link < count; link++) {
      const place = (link % IDS_AT_A_TIME) * IDS_LENGTH;
      if (place === 0) {
        const length = Math.min(IDS_AT_A_TIME, count - link) * IDS_LENGTH;
        ids = readAsciiAt(idsAt, length);
        idsAt += length;
      }
      const slot = this.#integer();
      const context = this.#contextOf(this.#integer(), ids, place);
      links.push(this.#link(context, slot, this.#attributes));
    }
    return links;
  }

  #link(context: SpanContext, slot: number, arrival: Uint8Array): Link {
    const { attributes, linkAttributes, hasLists, relationship } = this.#definition.slots[
      slot
    ] as CheckedSlot;
    if (arrival.length === 0 && !hasLists) return { context, attributes: { ...linkAttributes } };
    return {
      context,
      attributes: {
        ...copyAttributes(attributes),
        ...decodeAttributes(arrival),
        'link.relationship': relationship,
      },
    };
  }

  /** The next context, its ids before the rest of it. */
  #context(): SpanContext | undefined {
    const flags = this.#integer();
    return flags < 0 ? undefined : this.#contextOf(flags, this.#ascii(IDS_LENGTH), 0);
  }

  /** The context of ids that begin at a place of a text. What attributes come with it are in `#attributes`. */
  #contextOf(flags: number, ids: string, place: number): SpanContext {
    const listLength = this.#integer();
    const attributesLength = this.#integer();
    const state = listLength > 0 ? canonicalTraceState(this.#ascii(listLength)) : undefined;
    this.#attributes = attributesLength > 0 ? this.#take(attributesLength) : NO_ATTRIBUTES;
    const context = contextFromIds(ids, place, place + 32, flags & ~REMOTE, state);
    if ((flags & REMOTE) === 0) context.isRemote = false;
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
      return decodeUtf8(bytes);
    } catch {
      return bytes.slice();
    }
  }
}
