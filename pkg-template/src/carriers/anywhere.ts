/** Headers of other propagations, wherever a message keeps its headers. */
import { anyValue, unwrapped } from './attribute.js';
import { findNamed } from './container.js';
import { parsedBody } from './envelope.js';
import { isFound, isStreamEntry, objectOf } from './object.js';

/**
 * The values of headers in the first place that has one of them, in the places of their names, given in lower case.
 * `worth` is what JSON text has in it that may have one.
 */
export function findAnywhere(message: unknown, names: readonly string[], worth: RegExp): unknown[] {
  // By itself, for most are here: the others take a third longer.
  const usual = findNamed(objectOf(message)?.headers, names);
  if (usual.some(isFound)) return usual;
  for (const container of otherPlaces(message, worth)) {
    if (!isFound(container)) continue;
    const values = findNamed(container, names);
    if (values.some(isFound)) return values.map((value) => unwrapped(value, anyValue));
  }
  return usual;
}

/** The places of the named readers, looked at as long as nothing is found. */
function* otherPlaces(message: unknown, worth: RegExp): Iterable<unknown> {
  if (isStreamEntry(message)) yield message[1];
  const object = objectOf(message) ?? {};
  const inner = objectOf(object.message);
  yield inner?.headers;
  yield inner?.attributes;
  yield inner;
  const properties = objectOf(object.properties);
  yield properties?.headers;
  yield properties?.userProperties;
  yield properties;
  yield object.userProperties;
  yield object.applicationProperties;
  yield object.MessageAttributes;
  yield object.messageAttributes;
  yield objectOf(object.Sns)?.MessageAttributes;
  yield object.attributes;
  yield parsedBody(objectOf(objectOf(object.opts)?.telemetry)?.metadata, worth);
  yield objectOf(parsedBody(object.Body ?? object.body, worth))?.MessageAttributes;
  yield object.metadata;
  yield message;
}
