// Values that run code of their user's whenever they are looked at.

/**
 * A Proxy of a value, and of everything in it, that calls `during` in every trap and every function. Primitives and
 * bytes are what they are.
 */
export function watched(value, during) {
  if (!isWatchable(value)) return value;
  const handler = {};
  for (const trap of Object.getOwnPropertyNames(Reflect)) {
    if (typeof Reflect[trap] !== 'function') continue;
    handler[trap] = (...args) => {
      during();
      return Reflect[trap](...args);
    };
  }
  handler.get = (target, name) => {
    during();
    // Getters and methods of a class, of a Map or of Headers want the object itself.
    const found = Reflect.get(target, name, target);
    const own = Reflect.getOwnPropertyDescriptor(target, name);
    if (own?.configurable === false && own.writable === false) return found;
    if (typeof found !== 'function' || Array.isArray(target)) return watched(found, during);
    return (...args) => {
      during();
      return watched(found.apply(target, args), during);
    };
  };
  return new Proxy(value, handler);
}

const isWatchable = (value) => typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** An object with the same properties, as getters that call `during`. */
export function gettersOf(object, during) {
  const watch = (value) =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? gettersOf(value, during)
      : value;
  const getters = Object.entries(object).map(([name, value]) => {
    const get = () => {
      during();
      return watch(value);
    };
    return [name, { get, enumerable: true, configurable: true }];
  });
  return Object.defineProperties({}, Object.fromEntries(getters));
}

/** An iterable that calls `during` when it is asked for its iterator, for each item, and for what the item is. */
export function watchedIterable(items, during) {
  return {
    get [Symbol.iterator]() {
      during();
      return function* () {
        for (const item of items) {
          during();
          yield item;
          during();
        }
      };
    },
  };
}

/** Bytes whose own length, iterator and parts call `during`. */
export class WatchedBytes extends Uint8Array {
  static of(text, during) {
    const bytes = new WatchedBytes(Buffer.from(text));
    bytes.during = during;
    return bytes;
  }
  static get [Symbol.species]() {
    return Uint8Array;
  }
  get length() {
    this.during?.();
    return super.length;
  }
  [Symbol.iterator]() {
    this.during?.();
    return super[Symbol.iterator]();
  }
  subarray(...range) {
    this.during?.();
    return super.subarray(...range);
  }
}
