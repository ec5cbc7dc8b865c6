// Every container in which a list of [name, value] pairs may reach a reader, where the pairs fit into it.

const byName = (pairs) => {
  const groups = new Map();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
};

const oneOrMany = (values) => (values.length === 1 ? values[0] : values);

/** A class that answers only through `get` and `keys`, as NATS does. */
class GetAndKeys {
  #groups;
  constructor(pairs) {
    this.#groups = byName(pairs);
  }
  get(name) {
    return this.#groups.get(name)?.[0] ?? '';
  }
  keys() {
    return [...this.#groups.keys()];
  }
}

// `fetch` writes a header's text as one byte a character, without the controls that end a line.
const fitsHeaders = ([name, value]) =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[^\0\r\n\u0100-\uffff]*$/.test(value);

/** Each container's name with the container. */
export function* containers(pairs) {
  const groups = byName(pairs);
  const entries = [...groups].map(([name, values]) => [name, oneOrMany(values)]);
  const unique = groups.size === pairs.length;
  const bytes = (value) =>
    Array.isArray(value) ? value.map((each) => Buffer.from(each)) : Buffer.from(value);
  const numbers = (value) => [...Buffer.from(value)];

  yield ['entry list', pairs];
  yield ['entry list of Buffers', pairs.map((pair) => pair.map(bytes))];
  yield ['list of one-key objects', pairs.map(([name, value]) => ({ [name]: value }))];
  yield ['list of one-key objects with Buffers', pairs.map(([name, value]) => ({ [name]: bytes(value) }))];
  yield ['list of one-key objects with numbers', pairs.map(([name, value]) => ({ [name]: numbers(value) }))];
  yield ['flat list', pairs.flat()];
  yield ['flat list of Buffers', pairs.flat().map(bytes)];
  yield ['plain object', Object.fromEntries(entries)];
  yield ['object without a prototype', Object.assign(Object.create(null), Object.fromEntries(entries))];
  yield ['plain object of arrays', Object.fromEntries(groups)];
  yield ['plain object of Buffers', Object.fromEntries(entries.map(([name, value]) => [name, bytes(value)]))];
  yield ['Map', new Map(entries)];
  yield ['Map of arrays', groups];
  yield ['Map with Buffers as keys', new Map(pairs.map((pair) => pair.map(bytes)))];
  if (!unique) return;
  yield ['class with get and keys', new GetAndKeys(pairs)];
  const lower = new Set(pairs.map(([name]) => name.toLowerCase()));
  // Headers joins what repeats, in any case, with a comma: another header then.
  if (lower.size === pairs.length && pairs.every(fitsHeaders)) yield ['Headers', new Headers(pairs)];
}
