import type { Attributes, Link, SpanContext } from './types.js';

/** What became of an event that was offered to a join. */
export type Outcome =
  /** It counts, and the join still waits. `replaced`: it took the place of another event of its slot. */
  | { status: 'pending'; arrived: string[]; missing: string[]; replaced: boolean }
  | Complete
  /** It was there already. `phase`: what its join is now. */
  | { status: 'duplicate'; phase: 'pending' | 'complete' | 'expired' }
  /** It is new, and the join is closed. Links: to its own sender, and to the span the join led to, where known. */
  | { status: 'late'; after: 'complete' | 'expired'; settledBy?: SpanContext; links: Link[] }
  /** Its slot takes one event and has another. It is not recorded. */
  | { status: 'conflict'; slot: string }
  /** It was not taken, and nothing was recorded. */
  | { status: 'rejected'; reason: RejectionReason };

/** The event closed its join: all that it waited for has arrived. */
export interface Complete {
  /** Which outcome this is. */
  status: 'complete';
  /** Whether it did so before: a consumer that fell before its span went out gets the event again, and this. */
  redelivered: boolean;
  /**
   * 32 hexadecimal characters, the same for the same events of the same key: an idempotency key for what follows. An event
   * with neither an `eventId` nor a valid context is known by the time at which it came.
   */
  completionId: string;
  /** The slot whose event closed the join. */
  completedBy: string;
  /** Slots in the order of the definition, events of a slot in the order of their arrival. */
  links: Link[];
  /** For the span, with the definition's prefix: `.name`, `.trigger_count`, `.link_count`, `.wait_ms`. */
  attributes: Attributes;
  /** How many events came together. */
  arrivals: number;
  /** How many of them had no valid context. */
  linkless: number;
  /** How many links `maxLinks` left out. */
  linksDropped: number;
  /** When the join began, in milliseconds since the epoch: with its first event, even where another took its place. */
  firstArrival: number;
  /** When the last of them came, in milliseconds since the epoch. */
  lastArrival: number;
}

/** Why an event was not taken. */
export type RejectionReason =
  'invalid_key' | 'unknown_slot' | 'identity_required' | 'slot_full' | 'capacity' | 'corrupt_state';

/** A join that was closed without being complete: its time was over, or it made room for another. */
export interface Expired {
  /** Which outcome this is. */
  status: 'expired';
  /** Whether its time was over, or it made room for another. */
  reason: 'timeout' | 'evicted';
  /** The key, as text where it is UTF-8. */
  key: string | Uint8Array;
  /** Whether it was handed out before and not settled since. */
  redelivered: boolean;
  /** The slots that have an event. */
  arrived: string[];
  /** The slots whose events the completion rule still had a use for. */
  missing: string[];
  /** Links to those events that did arrive. */
  links: Link[];
  /** As those of a complete join. */
  attributes: Attributes;
  /** How many events had come. */
  arrivals: number;
  /** How many of them had no valid context. */
  linkless: number;
  /** How many links `maxLinks` left out. */
  linksDropped: number;
}
