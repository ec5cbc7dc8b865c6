// Hostile messages for every reader, and hostile arguments for what makes one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
      [
        `${name} places`,
        (x) =>
          extract(
            { opts: { telemetry: { metadata: x } }, kinesis: x, Sns: x, applicationProperties: x },
            reader,
          ),
      ],
      [
        `${name} attributes`,
        (x) => {
          const attributes = { traceparent: x, tracestate: { DataType: 'Binary', Value: x } };
          extract({ MessageAttributes: attributes, messageAttributes: { traceparent: [x] } }, reader);
        },
      ],
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

test('every export is a reader or makes one', () => {
  const others = Object.keys(carriers).filter((name) => !readers.some(([reader]) => reader === name));
  assert.deepEqual(others.sort(), ['custom', 'firstOf', 'injectEnvelope']);
});
