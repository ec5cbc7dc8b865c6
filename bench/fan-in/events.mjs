// The events that all tables get. Any of them can be made again from its number, so that nobody has to keep them: the
// memory of a process is then what its table takes. Keys and headers look random, are distinct, and are flat strings
// of their own, as a client would have read them off the wire.
import { headers } from 'spanlink/carriers';

/** A permutation of 32-bit numbers that mixes well: the finalizer of MurmurHash3. */
function mix(number) {
  number = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  number = Math.imul(number ^ (number >>> 13), 0xc2b2ae35);
  return number ^ (number >>> 16);
}

/** Makes text by a pattern, in which each `#` stands for a hexadecimal digit; another one for each number. */
function pattern(text, seed) {
  const bytes = Buffer.from(text, 'latin1');
  const places = [...text].flatMap((char, at) => (char === '#' ? [at] : []));
  return (number) => {
    let word = 0;
    for (let index = 0; index < places.length; index++) {
      word = index % 8 === 0 ? mix((number ^ seed) + Math.imul(index, 0x9e3779b9)) : word >>> 4;
      const digit = word & 15;
      bytes[places[index]] = digit + (digit < 10 ? 48 : 87);
    }
    return bytes.latin1Slice();
  };
}

const uuid = pattern('########-####-4###-a###-############', 0);
const longKey = pattern(`orders/eu-west-1/customers/${'#'.repeat(73)}`, 0);
const traceparents = {
  payment: pattern(`00-${'#'.repeat(32)}-${'#'.repeat(16)}-01`, 1 << 30),
  inventory: pattern(`00-${'#'.repeat(32)}-${'#'.repeat(16)}-00`, 1 << 29),
};
/** 60 characters, three vendors. */
const tracestate = pattern(`dd=s:1;p:${'#'.repeat(16)},es=s:0.0625,congo=${'#'.repeat(16)}`, 1 << 28);

/** What kinds of events there are: keys are UUIDs but for `long`, where they have 100 bytes. */
export const KINDS = {
  plain: { key: uuid, states: false },
  states: { key: uuid, states: true },
  long: { key: longKey, states: false },
};

/** The slot that the first event of a join is for, and that of the second. */
const SLOTS = [
  ['payment', 'inventory'],
  ['inventory', 'payment'],
];

/** The first (0) or second (1) event of join `number`, as `offerMany` takes it. */
export function event({ key, states }, number, turn) {
  const slot = SLOTS[number & 1][turn];
  const traceparent = traceparents[slot](number);
  return {
    key: key(number),
    slot,
    message: { headers: states ? { traceparent, tracestate: tracestate(number) } : { traceparent } },
    reader: headers,
  };
}
