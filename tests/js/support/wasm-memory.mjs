// The memory of the WebAssembly instance behind the package. To be imported before `spanlink`: the package makes its
// instance while it is imported, and exports nothing of it.
import assert from 'node:assert/strict';

const memories = [];

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args, newTarget) {
    const instance = Reflect.construct(target, args, newTarget);
    const { memory } = instance.exports;
    if (memory instanceof WebAssembly.Memory) memories.push(memory);
    return instance;
  },
});

function theOnly() {
  assert.equal(memories.length, 1, 'the package makes one instance, after this module is imported');
  return memories[0];
}

/** How many bytes the memory has. It never shrinks: what is given back serves whatever comes next. */
export function wasmBytes() {
  return theOnly().buffer.byteLength;
}

/** How many bytes at the beginning of the memory are still zero: the far end of the stack, which grows downwards. */
export function untouchedStack() {
  return new Uint8Array(theOnly().buffer).findIndex((byte) => byte !== 0);
}
