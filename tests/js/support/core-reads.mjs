// What @opentelemetry/core makes of headers, said as a change to them: `read` gives the headers from which spanlink
// would read what core reads from the original ones, with the names of the divergences that made the difference.

const REJECTED = 'rejected';
const trimOws = (text) => text.replace(/^[ \t]+|[ \t]+$/g, '');
const isLater = (text) => /^(?!00|ff)[\da-f]{2}-/.test(text) && text[55] === '-';

function traceparent(value, names) {
  if (Array.isArray(value)) {
    if (value.length > 1) names.add('first of several');
    value = value[0];
  }
  if (typeof value !== 'string') return value;
  const stripped = value.replace(/^\s/, '').replace(/\s$/, '');
  const isWide = /^[^\S \t]|[^\S \t]$/.test(value);
  const rest = trimOws(stripped);
  // What a later version goes on with swallows white space at the end.
  const leftOver = isLater(rest) ? /^\s/.test(stripped) : /^\s|\s$/.test(stripped);
  if (leftOver) {
    names.add('one white space');
    return REJECTED;
  }
  if (isWide && !isLater(rest)) {
    names.add('wide white space');
    return stripped;
  }
  if (!isLater(rest)) return value;
  const leading = /^[^\S \t]/.test(value);
  if (leading) names.add('wide white space');
  const suffix = value.replace(/^\s/, '').slice(55);
  if (/[\n\r\u2028\u2029]/.test(suffix.replace(/\s$/, ''))) {
    names.add('line end in a later version');
    return REJECTED;
  }
  // eslint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(suffix)) {
    names.add('not ASCII in a later version');
    return rest.slice(0, 55);
  }
  return leading ? stripped : value;
}

const LEVEL_2 = /^[a-z0-9][a-z0-9_*/@-]{0,255}=(?=.{1,256}$)[ -+\--<>-~]*[!-+\--<>-~]$/;
const LEVEL_1_KEY = /^([a-z][_0-9a-z*/-]{0,255}|[a-z0-9][_0-9a-z*/-]{0,240}@[a-z][_0-9a-z*/-]{0,13})$/;

function tracestate(value, names) {
  if (value === undefined) return value;
  const header = Array.isArray(value) ? value.join(',') : value;
  const kept = new Map();
  let length = 0;
  let count = 0;
  for (const raw of header.split(',')) {
    const member = raw.trim();
    if (trimOws(raw) !== member) names.add('list-member with wide white space');
    if (member === '') continue;
    count++;
    if (kept.size === 32) {
      names.add('33rd list-member');
      continue;
    }
    const key = member.slice(0, Math.max(0, member.indexOf('=')));
    if (!LEVEL_2.test(member)) {
      names.add('broken list-member');
      continue;
    }
    if (!LEVEL_1_KEY.test(key)) {
      names.add('key of Level 1');
      continue;
    }
    const longer = length + member.length + (kept.size > 0 ? 1 : 0);
    if (longer > 512) {
      names.add('512 characters');
      continue;
    }
    if (kept.has(key) && kept.get(key) !== member) names.add('last of equal keys');
    kept.set(key, member);
    length = longer;
  }
  if (count > 32) names.add('33rd list-member');
  return [...kept.values()].join(',');
}

/** The headers as core reads them, and which divergences may show. */
export function read(headers) {
  const names = new Set();
  return {
    names,
    headers: {
      traceparent: traceparent(headers.traceparent, names),
      tracestate: tracestate(headers.tracestate, names),
    },
  };
}
