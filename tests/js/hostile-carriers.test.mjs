// Hostile messages for every reader, and hostile arguments for what makes one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { extract } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { answersWithValue, failsAsDocumented } from './support/matrix.mjs';
import { traceparent } from './support/vectors.mjs';

const { auto, custom, firstOf } = carriers;
const good = { headers: { traceparent: traceparent(1) } };
const readers = Object.entries(carriers).filter(([, each]) => typeof each?.read === 'function');

answersWithValue(
  Object.fromEntries(
    readers.flatMap(([name, reader]) => [
      [name, (x) => extract(x, reader)],
      [`${name} headers`, (x) => extract({ headers: x, properties: x, attributes: x, metadata: x }, reader)],
      [`${name} body`, (x) => extract({ body: x, Body: x, data: x, Data: x, detail: x, message: x }, reader)],
      [`${name} values`, (x) => extract({ headers: { traceparent: [x] }, body: JSON.stringify({}) }, reader)],
    ]),
  ),
);

failsAsDocumented({
  'firstOf reader': (x) => extract(good, firstOf(auto, x)),
  'custom function': (x) => extract(good, custom(x)),
  'custom container': (x) =>
    extract(
      good,
      custom(() => x),
    ),
});

describe('nothing was forgotten', () => {
  const documented = ['auto', 'b3', 'custom', 'firstOf', 'headers', 'kafka', 'metadata', 'xray'];
  test('every export is a reader or makes one', () => {
    assert.deepEqual(
      [...readers.map(([name]) => name), 'custom', 'firstOf'].sort(),
      Object.keys(carriers).sort(),
    );
    assert.deepEqual(Object.keys(carriers).sort(), documented);
  });
});
