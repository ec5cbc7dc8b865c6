/** Headers that a transport knows under two names. */
import { findNamed } from './container.js';
import { isFound } from './object.js';
import type { FoundHeaders } from './reader.js';

/**
 * Finds the first pair of names of which the container has the traceparent. The names are those of a traceparent and of
 * the tracestate that belongs to it, pair after pair.
 */
export function findFirstPair(container: unknown, names: readonly string[], found: FoundHeaders): void {
  const values = findNamed(container, names);
  for (let at = 0; at < values.length; at += 2) {
    found.traceparent = values[at];
    // Two pairs may share a list, whose values are in the place of the first.
    found.tracestate = values[names.indexOf(names[at + 1] as string)];
    if (isFound(found.traceparent)) return;
  }
}
