// What must hold for every message that was really received.
import assert from 'node:assert/strict';
import { explain, extract } from 'spanlink';
import * as carriers from 'spanlink/carriers';

const readers = Object.entries(carriers).filter(([, each]) => typeof each?.read === 'function');

/** Its own reader and `auto` give the sender's context; any other gives the same or none. */
export function assertRead(message, name, { traceId, spanId }) {
  for (const each of [name, 'auto']) {
    const found = extract(message, carriers[each]);
    assert.equal(found?.traceId, traceId, `${each}: trace id`);
    assert.equal(found?.spanId, spanId, `${each}: span id`);
  }
  for (const [other, reader] of readers) {
    const found = explain(message, reader);
    if (!found.context) assert.equal(found.reason, 'missing', other);
    else assert.equal(`${found.context.traceId}:${found.context.spanId}`, `${traceId}:${spanId}`, other);
  }
}

/** A message without a context has none, to its own reader and to `auto`. */
export function assertBare(message, name) {
  for (const each of [name, 'auto']) assert.equal(extract(message, carriers[each]), undefined, each);
}
