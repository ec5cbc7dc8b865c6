import type { Attributes } from './types.js';

/** A prerequisite of a join. */
export interface SlotDefinition {
  /** How many events it needs; 0 makes it optional. Default: 1. */
  min?: number | undefined;
  /**
   * How many events it takes; above 1, each needs an `eventId`, and is looked for among all that the join has: 0.1 µs for
   * each of them. Default: `min`, at least 1.
   */
  max?: number | undefined;
  /** `link.relationship` of its links. Default: the slot's name. */
  relationship?: string | undefined;
  /** Attributes of its links. */
  attributes?: Attributes | undefined;
  /** What another event does to a slot that takes one and has it. Default: `'keepFirst'`. */
  onConflict?: 'keepFirst' | 'replace' | undefined;
}

/** What a fan-in waits for, how long, and within which bounds. */
export interface FanInDefinition {
  /** Which join this is, 1 to 256 bytes of UTF-8; part of every `completionId`. */
  name: string;
  /** Which version of the definition this is. Default: 1. */
  version?: number | undefined;
  /** What must arrive: 1 to 1024 slots, by name: 1 to 256 bytes of UTF-8. Links are listed in this order. */
  slots: Record<string, SlotDefinition>;
  /** When the join is complete: every slot has what it needs, so many are filled, so many events came. Default: `'all'`. */
  complete?: 'all' | { slots: number } | { arrivals: number } | undefined;
  /** How long a join waits, from its first arrival, in milliseconds; at least 1. */
  timeoutMs: number;
  /**
   * How long a closed join is remembered, from its close, in milliseconds. It must cover the time in which the broker
   * may deliver an event again. With 0 nothing is remembered: an event that comes again begins a new join. A join whose
   * time was over is handed out again, until it is settled, only where this is longer than `timeoutMs`.
   * Default: `timeoutMs`.
   */
  retainMs?: number | undefined;
  /** How many joins may be open; at least 1. Default: 100 000. */
  maxPending?: number | undefined;
  /** How many closed joins are remembered; with 0, none, as with `retainMs: 0`. Default: `maxPending`. */
  maxTombstones?: number | undefined;
  /**
   * How many bytes all joins may take, as `stats().bytes` counts them. With `evictOldest`, an eighth of them is for closed
   * joins alone: there what was evicted waits for `expire`. At least 1. Default: no limit but the memory of WebAssembly,
   * 4 GiB at the most for all tables: where it ends, events are rejected.
   */
  maxBytes?: number | undefined;
  /** How long a key may be, in bytes; at least 1. Default: 1024. */
  maxKeyBytes?: number | undefined;
  /**
   * What happens to a new join when there is no room: its event is rejected, or the join that began first is closed.
   * Default: `'reject'`.
   */
  onFull?: 'reject' | 'evictOldest' | undefined;
  /** How many links an outcome may have; at least 1. Default: 128. */
  maxLinks?: number | undefined;
  /** What the names of an outcome's attributes begin with, 1 to 256 bytes of UTF-8. Default: `'fan_in'`. */
  attributePrefix?: string | undefined;
}
