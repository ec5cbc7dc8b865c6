// A WebAssembly instance whose memory grows in every call that may make it grow: all views of it are detached then. To
// be imported before `spanlink`.
const PAGE = 65_536;
/** Growth takes no memory before it is written to, but addresses. */
const MOST = 16_384 * PAGE;

/** These only say where something is that is there. */
const NEVER = ['links_address', 'numbers_address', 'output_address'];

let grown = 0;

/** How many calls grew the memory. */
export const timesGrown = () => grown;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args, newTarget) {
    const instance = Reflect.construct(target, args, newTarget);
    const { memory } = instance.exports;
    const growing = (name, call) => {
      if (typeof call !== 'function' || NEVER.includes(name)) return call;
      return (...given) => {
        const result = call(...given);
        if (memory.buffer.byteLength < MOST) {
          memory.grow(1);
          grown++;
        }
        return result;
      };
    };
    const all = Object.entries(instance.exports).map(([name, value]) => [name, growing(name, value)]);
    return { exports: Object.fromEntries(all) };
  },
});
