// Values that try to break whoever reads them, and the error by which one knows that they were the cause.

/** Thrown by every trap and getter here: no error of ours. */
class Sabotage extends Error {}

const sabotage = () => {
  throw new Sabotage('sabotage');
};

const TRAPS = Object.getOwnPropertyNames(Reflect).filter((name) => typeof Reflect[name] === 'function');

/** A Proxy whose every trap throws. */
const throwingProxy = (target = {}) =>
  new Proxy(target, Object.fromEntries(TRAPS.map((trap) => [trap, sabotage])));

function revokedProxy(target = {}) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** An object each of whose `names` throws when read. */
const throwingGetters = (...names) =>
  Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: sabotage, enumerable: true, configurable: true }])),
  );

const cyclic = (names = ['headers', 'properties', 'metadata', 'body', 'attributes', 'traceparent']) => {
  const value = {};
  for (const name of names) value[name] = value;
  return value;
};

const deep = (depth) => {
  let value = {};
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { headers: value, metadata: value, body: value };
  return value;
};

const liar = (length) =>
  class extends Uint8Array {
    get length() {
      return length;
    }
    get byteLength() {
      return length;
    }
  };

const detached = () => {
  const bytes = new Uint8Array(64);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};

const throwingIterable = () => ({ [Symbol.iterator]: sabotage });

const NAMES = [
  ...[
    'headers',
    'properties',
    'applicationProperties',
    'attributes',
    'Attributes',
    'metadata',
    'body',
    'Body',
  ],
  ...[
    'message',
    'MessageAttributes',
    'messageAttributes',
    'Sns',
    'detail',
    'data',
    'Data',
    'kinesis',
    'opts',
  ],
  ...[
    'traceparent',
    'tracestate',
    'length',
    'get',
    'keys',
    'entries',
    'then',
    'toString',
    'toJSON',
    'reader',
  ],
  ...[
    'min',
    'max',
    'name',
    'slots',
    'key',
    'slot',
    'context',
    'traceId',
    'spanId',
    'traceFlags',
    'serialize',
  ],
];

/** Each value with its name. They are made anew at each call, since some can be used up. */
export function* hostileValues() {
  yield ['undefined', undefined];
  yield ['null', null];
  yield ['true', true];
  for (const number of [0, -1, NaN, Infinity, -Infinity, 1.5, 2 ** 53, 1e308])
    yield [`number ${number}`, number];
  yield ['a bigint', 2n ** 70n];
  yield ['a symbol', Symbol('s')];
  yield ['a well-known symbol', Symbol.iterator];
  yield ['a function', () => 'x'];
  yield ['a function that throws', sabotage];
  yield ['an async function', async () => 'x'];
  yield ['a class', class {}];
  yield ['empty text', ''];
  yield ['text', 'text'];
  yield ['a lone surrogate', '\ud800'];
  yield ['text of NULs', '\0'.repeat(60)];
  yield ['text of 100 KB', 'x'.repeat(1e5)];
  yield ['a String object', Object('text')];
  yield ['an empty array', []];
  yield ['an array of holes', Array(5)];
  yield ['an array of everything', [null, undefined, 7, 7n, Symbol('s'), {}, [], '\udfff', NaN, sabotage]];
  yield ['an array of arrays', [[[[['traceparent', []]]]]]];
  yield ['an array of a throwing Proxy', [throwingProxy()]];
  yield ['an array with a throwing element', Object.defineProperty([1, 2], 0, { get: sabotage })];
  yield ['an empty object', {}];
  yield ['an object without a prototype', Object.create(null)];
  yield ['a frozen object', Object.freeze({ headers: Object.freeze({}) })];
  yield ['an own __proto__', JSON.parse('{"__proto__": {"traceparent": "x"}, "constructor": null}')];
  yield ['a cyclic object', cyclic()];
  yield ['a deep object', deep(5000)];
  yield ['a Date of nothing', new Date(NaN)];
  yield ['a RegExp', /x/];
  yield ['a Promise', Promise.resolve('x')];
  yield ['a WeakMap', new WeakMap()];
  yield ['a Map', new Map([[{}, Symbol('s')]])];
  yield ['a Map that contains itself', ((map) => map.set(map, map).set('headers', map))(new Map())];
  yield ['a Set', new Set([1, 'traceparent'])];
  yield ['an Error', new Error('x')];
  yield ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe, 0xc3])];
  yield ['bytes of a detached buffer', detached()];
  yield ['bytes that claim to be many', new (liar(2 ** 31))(55)];
  yield ['bytes that claim to be fewer than none', new (liar(-1))(55)];
  yield ['bytes that claim a length of NaN', new (liar(NaN))(55)];
  yield ['bytes that claim to be few', new (liar(55))(1e6).fill(48)];
  yield ['shared bytes', new Uint8Array(new SharedArrayBuffer(55))];
  yield ['floats', new Float64Array([NaN, Infinity])];
  yield ['a DataView', new DataView(new ArrayBuffer(55))];
  yield ['an ArrayBuffer', new ArrayBuffer(55)];
  yield ['a throwing Proxy', throwingProxy()];
  yield ['a throwing Proxy of an array', throwingProxy([])];
  yield ['a throwing Proxy of a function', throwingProxy(() => {})];
  yield ['a throwing Proxy of a Map', throwingProxy(new Map())];
  yield ['a throwing Proxy of bytes', throwingProxy(new Uint8Array(55))];
  yield ['a revoked Proxy', revokedProxy()];
  yield ['a revoked Proxy of an array', revokedProxy([])];
  yield ['a revoked Proxy of a function', revokedProxy(() => {})];
  yield ['throwing getters', throwingGetters(...NAMES)];
  yield ['throwing headers', { headers: throwingGetters('traceparent', 'tracestate') }];
  yield ['a class with a throwing get', { headers: { get: sabotage, keys: () => ['traceparent'] } }];
  yield ['a class with keys without end', { headers: { get: () => '', keys: () => throwingProxy([]) } }];
  yield ['a throwing iterable', throwingIterable()];
  yield ['an iterable without next', { [Symbol.iterator]: () => ({}) }];
  yield ['throws when made text', { toString: sabotage, valueOf: sabotage, toJSON: sabotage }];
  yield ['throws when made a primitive', { [Symbol.toPrimitive]: sabotage }];
  yield ['throws when named', Object.defineProperty({}, Symbol.toStringTag, { get: sabotage })];
  yield ['a thenable', { then: sabotage }];
}

/** Whether the hostile value itself threw this, by a trap, a getter or because it was revoked. */
export const isItsOwn = (error) =>
  error instanceof Sabotage || (error instanceof TypeError && /revoked/.test(error.message));
