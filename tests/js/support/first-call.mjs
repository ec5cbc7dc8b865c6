// A thread with an instance of its own, in which one call is the first.
import { wasmBytes } from './wasm-memory.mjs';
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { FanIn } from 'spanlink';
import { calls } from './calls-inside.mjs';

const tables = [];

/** Takes memory. Not by an offer, as the calls do where it is to grow: that would be a call before the first. */
const addTable = () => tables.push(new FanIn({ name: 'filler', timeoutMs: 1, slots: { a: {}, b: {} } }));

/** Makes tables until the memory grows. Gives how many. */
function fill() {
  const before = wasmBytes();
  let count = 0;
  for (; wasmBytes() === before; count++) {
    assert.ok(count < 10_000, 'tables take memory');
    addTable();
  }
  return count;
}

const { name, isFull } = workerData;
if (isFull) {
  fill();
  // So many fit between one growth and the next: with one less, what is left is less than any region of the memory.
  for (let count = fill(); count > 1; count--) addTable();
}
const before = wasmBytes();
calls[name]();
parentPort.postMessage(wasmBytes() - before);
