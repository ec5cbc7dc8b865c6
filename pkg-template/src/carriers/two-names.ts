/** Headers that a transport knows under two names. */
import { findNamed } from './container.js';
import { isFound } from './object.js';
import type { FoundHeaders } from './reader.js';

/** Two header names: of a traceparent and of the tracestate that belongs to it. */
export type Names = readonly [traceparent: string, tracestate: string];

/** Finds the first pair of names of which the container has the traceparent. */
export function findFirstPair(container: unknown, pairs: readonly Names[], found: FoundHeaders): void {
  const values = findNamed(container, pairs.flat());
  for (const [traceparent, tracestate] of pairs) {
    found.traceparent = values[traceparent];
    found.tracestate = values[tracestate];
    if (isFound(found.traceparent)) return;
  }
}
