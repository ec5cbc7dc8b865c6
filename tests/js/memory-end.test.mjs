// Where the memory of the instance ends, events are rejected and calls throw: nothing traps, for after a trap no answer
// of the instance could be trusted, and every join in it would be lost.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spanId } from './support/vectors.mjs';

const PROGRAM = fileURLToPath(new URL('./support/memory-end.mjs', import.meta.url));
/** Of 64 KiB each: 25 MiB. */
const PAGES = 400;

test('joins and batches until there is no more memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [`--wasm-max-mem-pages=${PAGES}`, PROGRAM]);
  const { joins, begun, pending, expired, largeKey, ...found } = JSON.parse(stdout);
  // A join of two such lists takes 17 KB.
  assert.ok(joins > 1000 && joins < 1540, `${joins} joins`);
  assert.ok(begun >= Math.floor(joins / 4), `${begun} begun`);
  assert.equal(expired, pending);
  assert.match(largeKey, /^RangeError: spanlink has no memory for 2\d{8} bytes of text$/);
  assert.deepEqual(found, {
    rejection: { status: 'rejected', reason: 'capacity' },
    context: spanId(7),
    reason: 'bad_version',
    counts: [1, 1, 1],
    largeBatch: 'RangeError: spanlink has no memory for a batch of 2000000 messages',
    reasonAfter: 'bad_version',
    bytes: 0,
  });
});
