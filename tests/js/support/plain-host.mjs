// Loads spanlink as hosts do that have neither Buffer nor the names of Node: browsers, Workers. To be imported before
// `spanlink`.
const { Buffer, process } = globalThis;
const hidden = { Buffer, process };
for (const name of Object.keys(hidden)) delete globalThis[name];
await import('spanlink');
for (const [name, value] of Object.entries(hidden)) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

const { encodeInto } = TextEncoder.prototype;
let calls = 0;
TextEncoder.prototype.encodeInto = function (...args) {
  calls++;
  return encodeInto.apply(this, args);
};

/** How many texts an encoder has written. Short ones are written without it here. */
export const timesEncoded = () => calls;
