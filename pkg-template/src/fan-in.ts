/// <reference lib="esnext.disposable" preserve="true" />
import { encodeAttributes } from './attributes.js';
import type { CarrierReader } from './carriers/reader.js';
import type { FanInTable } from './core/core.js';
import { Answer, readOutcome } from './answer.js';
import { makeTable } from './checked-definition.js';
import type { CheckedDefinition } from './checked-definition.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError, invalidOption, optionsObject } from './errors.js';
import { NO_TEXT, readHeaders, readerOf, textLength, writeHeader } from './headers.js';
import type { RawHeaders } from './headers.js';
import {
  MAX_HEADER_LENGTH,
  isBytes,
  reserve,
  seed,
  sizeOf,
  writeAscii,
  writeBytes,
  writeUtf8,
} from './memory.js';
import type { Expired, Outcome } from './outcome.js';
import { invalidContext, traceparentOf, tracestateOf } from './span-context.js';
import type { Attributes, SpanContext } from './types.js';

/** What comes with an event beside its message. */
export interface ArrivalOptions {
  /**
   * What tells the event from all others of its slot: a text of 1 to 65 536 characters or a number. Without one, the
   * span that sent it does; without that, a slot that takes one event holds whatever came first.
   */
  eventId?: string | number | bigint;
  /** Where the message keeps its headers. Default: `auto`. */
  reader?: CarrierReader<any>;
  /** Attributes for the event's link. */
  attributes?: Attributes;
}

/** An event for {@link FanIn.offerMany}. */
export interface Arrival extends ArrivalOptions {
  key: string | Uint8Array;
  slot: string;
  message: unknown;
}

/** Counts of a table: `pending`, `tombstones` and `bytes` are of now, the others since it was made. */
export interface FanInStats {
  /** Joins that wait. */
  pending: number;
  /** Closed joins that are remembered. */
  tombstones: number;
  /** Bytes that all of them take: key, log, and 64 bytes of book-keeping each. */
  bytes: number;
  /** Every offer: `arrivals + completed + redelivered + duplicates + late + conflicts + rejected`. */
  offered: number;
  /** Events that were answered `pending`. */
  arrivals: number;
  /** Events that closed their join. */
  completed: number;
  /** Events that closed their join and came again before it was settled. */
  redelivered: number;
  duplicates: number;
  late: number;
  conflicts: number;
  rejected: number;
  /** Of `arrivals`: those that took the place of another event. */
  replaced: number;
  /** Joins whose time was over. */
  expired: number;
  /** Joins that made room for others. */
  evicted: number;
  /** Closed joins that were settled. */
  settled: number;
  /** Joins that were forgotten on request. */
  forgotten: number;
  /** Tombstones that made room before their retention had ended. */
  tombstonesDropped: number;
  /** Evicted joins that `expire` never handed out. */
  undelivered: number;
}

/** The lengths of the texts of an offer, as Rust takes them, and where in the input they end. */
interface Written {
  key: number;
  traceparent: number;
  tracestate: number;
  id: number;
  end: number;
}

/** A length that stands for no text, and a slot that the definition does not have. */
const NONE = 0xffff_ffff;

/**
 * Joins of events, in memory: says when all the events that a piece of work waits for have arrived.
 *
 * An event is counted once, in whichever order and however often it is delivered. The event that closes a join gives
 * `complete`, and again, with `redelivered: true` and equal links, when it is delivered again before
 * {@link settle}: acknowledge it after the span is out, and no crash loses the join.
 *
 * @example
 * const orders = new FanIn({
 *   name: 'fulfillment', timeoutMs: 60_000,
 *   slots: { payment: { relationship: 'payment_confirmation' }, inventory: { relationship: 'inventory_reservation' } },
 * });
 * const outcome = orders.offer(event.orderId, 'payment', event);
 * if (outcome.status === 'complete') {
 *   tracer.startActiveSpan('fulfill_order', { links: outcome.links, attributes: outcome.attributes }, (span) => {
 *     …
 *     span.end();
 *     orders.settle(event.orderId, span.spanContext());
 *   });
 * }
 */
export class FanIn {
  readonly #definition: CheckedDefinition;
  readonly #now: () => number;
  #table: FanInTable | undefined;

  /**
   * An empty table.
   *
   * @param definition what to wait for; it is copied
   * @param options `now`: the clock, in milliseconds since the epoch; default: `Date.now`
   * @throws {SpanlinkError} `invalid_definition` for the first option that makes no sense, among them a completion
   * rule that can never hold.
   */
  constructor(definition: FanInDefinition, options?: { now?: () => number }) {
    const { now = Date.now } = optionsObject(options);
    if (typeof now !== 'function') invalidOption('now', 'must be a function');
    seed();
    const { table, checked } = makeTable(definition);
    this.#definition = checked;
    this.#now = now;
    this.#table = table;
  }

  /**
   * Offers an event to the join of its key.
   *
   * @param key the correlation key: text, or bytes; 1 to `maxKeyBytes` bytes of UTF-8
   * @param slot which prerequisite the event is
   * @param message the message it came in; without a valid context it counts all the same
   */
  offer(key: string | Uint8Array, slot: string, message: unknown, arrival?: ArrivalOptions): Outcome {
    // All that may run a user's code comes first.
    const { eventId, reader, attributes } = optionsObject(arrival);
    const headers = readHeaders(readerOf(reader), message);
    const attributeBytes = encodeAttributes(attributes);
    const id = eventIdText(eventId);
    const now = this.#time(undefined);
    const table = this.#alive();

    const size = attributeBytes.length;
    const written = this.#write(key, headers, id, size);
    if (size > 0) writeBytes(attributeBytes, written.end);

    const index = this.#definition.slotIndex.get(slot) ?? NONE;
    const status = table.offer(
      now,
      index,
      written.key,
      written.traceparent,
      written.tracestate,
      written.id,
      size,
    );
    return readOutcome(this.#definition, status, index, attributeBytes);
  }

  /** Writes key, headers and id to the input, one after the other, with room for `more` bytes after them. */
  #write(key: unknown, headers: RawHeaders, id: string | undefined, more: number): Written {
    return this.#writeTogether(key, headers, id, more) ?? this.#writeEach(key, headers, id, more);
  }

  /** By one call of an encoder. Gives `undefined` where they are not all ASCII text. */
  #writeTogether(
    key: unknown,
    { traceparent, tracestate }: RawHeaders,
    id: string | undefined,
    more: number,
  ): Written | undefined {
    if (typeof key !== 'string' || key.length > this.#definition.maxKeyBytes) return undefined;
    if (typeof traceparent === 'object') return undefined;
    const header = typeof traceparent === 'string' ? traceparent : '';
    const text = key + header + tracestate + (id ?? '');
    reserve(text.length + more);
    if (!writeAscii(text, 0)) return undefined;
    return {
      key: key.length,
      traceparent: typeof traceparent === 'string' ? header.length : NO_TEXT + traceparent,
      tracestate: tracestate.length,
      id: id === undefined ? NONE : id.length,
      end: text.length,
    };
  }

  /** One by one: bytes, text that is not ASCII, what is no key. */
  #writeEach(
    key: unknown,
    { traceparent, tracestate }: RawHeaders,
    id: string | undefined,
    more: number,
  ): Written {
    const keySize = this.#keySize(key);
    reserve(keySize + textLength(traceparent) + tracestate.length + 3 * (id ?? '').length + more);
    const written = { key: 0, traceparent: 0, tracestate: 0, id: NONE, end: 0 };
    written.end = written.key = this.#writeKey(key as string, keySize);
    written.traceparent = writeHeader(traceparent, written.end);
    if (written.traceparent < NO_TEXT) written.end += written.traceparent;
    if (writeAscii(tracestate, written.end)) written.tracestate = tracestate.length;
    written.end += written.tracestate;
    if (id !== undefined) written.end += written.id = writeUtf8(id, written.end);
    return written;
  }

  /** Offers several events, in order. */
  offerMany(arrivals: Iterable<Arrival>): Outcome[] {
    this.#alive();
    if (typeof (arrivals as Iterable<Arrival> | undefined)?.[Symbol.iterator] !== 'function') {
      invalidOption('arrivals', 'must be an array or another iterable of arrivals');
    }
    return Array.from(arrivals, (arrival) => {
      const { key, slot, message } = optionsObject(arrival);
      return this.offer(key as string, slot as string, message, arrival);
    });
  }

  /**
   * Closes the joins whose time is over and gives them, with the links of those events that did arrive; also those
   * that were evicted since.
   *
   * Nothing delivers a timeout again as a broker does a message. So a join that was handed out and not settled comes
   * back, with `redelivered: true`, each time another `timeoutMs` have passed, as long as it is remembered.
   *
   * @param now the time, in milliseconds since the epoch; default: the table's clock
   */
  expire(now?: number): Expired[] {
    const time = this.#time(now);
    const table = this.#alive();
    const expired: Expired[] = [];
    for (let key = table.expire_next(time); key > 0; key = table.expire_next(time)) {
      expired.push(new Answer(this.#definition).expired(key));
    }
    return expired;
  }

  /** When `expire` will have something to give, in milliseconds since the epoch: for a timer or an alarm. */
  nextDeadline(): number | undefined {
    return this.#alive().next_deadline();
  }

  /**
   * Says that the work a closed join led to is done: its span is out. Late events can link to that span, and the event
   * that closed the join is a duplicate from now on. The first call counts.
   *
   * @returns whether the join is closed and remembered: false for an open or unknown one
   * @throws {SpanlinkError} `invalid_span_context` where `span` is none
   */
  settle(key: string | Uint8Array, span?: SpanContext): boolean {
    const traceparent = span === undefined ? '' : (traceparentOf(span) ?? invalidContext('span'));
    const list = span === undefined ? '' : tracestateOf(span);
    const remote = span?.isRemote === true;
    const now = this.#time(undefined);
    const table = this.#alive();
    if (traceparent === '') return table.settle(now, this.#writeOnlyKey(key), -1, 0, 0, false) === 1;
    const ids = traceparent.substring(3, 35) + traceparent.substring(36, 52);
    const keyLength = this.#write(key, { traceparent: ids, tracestate: list }, undefined, 0).key;
    const flags = Number.parseInt(traceparent.substring(53), 16);
    return table.settle(now, keyLength, flags, ids.length, list.length, remote) === 1;
  }

  /** What an open join has and lacks, and when its time is over; `undefined` where there is no open join. */
  inspect(key: string | Uint8Array): { arrived: string[]; missing: string[]; deadline: number } | undefined {
    const table = this.#alive();
    if (!table.inspect(this.#writeOnlyKey(key))) return undefined;
    const answer = new Answer(this.#definition);
    return { arrived: answer.slots(), missing: answer.slots(), deadline: answer.number() };
  }

  /** Forgets a key, open or closed. Gives whether there was anything to forget. */
  forget(key: string | Uint8Array): boolean {
    const now = this.#time(undefined);
    const table = this.#alive();
    return table.forget(now, this.#writeOnlyKey(key));
  }

  /** What the table holds and what it has answered. */
  stats(): FanInStats {
    return this.#alive().stats() as FanInStats;
  }

  /** Gives the memory back. Without it, that happens when the object is garbage. */
  free(): void {
    this.#table?.free();
    this.#table = undefined;
  }

  /** As {@link free}: `using orders = new FanIn(…)`. */
  declare [Symbol.dispose]: () => void;

  static {
    // Where there is no such symbol yet, nothing can ask for it.
    if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.free;
  }

  #alive(): FanInTable {
    if (this.#table) return this.#table;
    throw new SpanlinkError('freed', 'this `FanIn` was freed and cannot be used any more');
  }

  #time(given: number | undefined): number {
    const time = given ?? this.#now();
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      invalidOption('now', 'must be a number of milliseconds since the epoch');
    }
    return time;
  }

  /** The most bytes that a key takes in the input; 0 for one that is longer than a key may be, or no key at all. */
  #keySize(key: unknown): number {
    if (typeof key !== 'string' && !isBytes(key)) return 0;
    const length = typeof key === 'string' ? key.length : sizeOf(key);
    if (length > this.#definition.maxKeyBytes) return 0;
    return typeof key === 'string' ? 3 * length : length;
  }

  #writeOnlyKey(key: string | Uint8Array): number {
    const size = this.#keySize(key);
    reserve(size);
    return this.#writeKey(key, size);
  }

  /** Writes a key to the input. Gives its length, 0 for what is no key; that an empty key is invalid is Rust's to say. */
  #writeKey(key: string | Uint8Array, size: number): number {
    if (size === 0) return 0;
    if (typeof key === 'string') return writeUtf8(key, 0);
    return writeBytes(key, 0) ? size : 0;
  }
}

/** The text of an event id; empty for what is none, which Rust rejects; `undefined` where none was given. */
function eventIdText(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'number') return Number.isFinite(id) ? String(id) : '';
  if (typeof id === 'bigint') id = String(id);
  return typeof id === 'string' && id.length <= MAX_HEADER_LENGTH ? id : '';
}
