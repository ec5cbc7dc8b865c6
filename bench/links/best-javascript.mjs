// The best that plain JavaScript does: written for speed, by the rules that matter for links.

/** 1 for the codes of 0-9 and a-f. */
const HEX = new Uint8Array(128);
for (const char of '0123456789abcdef') HEX[char.charCodeAt(0)] = 1;
const DASH = 45;
const ZERO = 48;

const digit = (code) => (code < 58 ? code - 48 : code - 87);

/** Whether the characters from `start` to `end` are lower-case hexadecimal, and not all `0`. */
function isId(header, start, end) {
  let differs = 0;
  for (let at = start; at < end; at++) {
    const code = header.charCodeAt(at);
    // Out of bounds reads undefined, which is not 1.
    if (HEX[code] !== 1) return false;
    differs |= code ^ ZERO;
  }
  return differs !== 0;
}

function isHex(header, at) {
  return HEX[header.charCodeAt(at)] === 1 && HEX[header.charCodeAt(at + 1)] === 1;
}

/** Whether a header of 55 characters is a valid traceparent. */
function isValid(header) {
  return (
    header.charCodeAt(2) === DASH &&
    header.charCodeAt(35) === DASH &&
    header.charCodeAt(52) === DASH &&
    isHex(header, 0) &&
    !(header.charCodeAt(0) === 102 && header.charCodeAt(1) === 102) &&
    isId(header, 3, 35) &&
    isId(header, 36, 52) &&
    isHex(header, 53)
  );
}

/** Later versions and white space are rare: they may cost more. */
function normalized(header) {
  const trimmed = header.replace(/^[ \t]+|[ \t]+$/g, '');
  if (trimmed.length === 55) return trimmed;
  const isLater = trimmed.length > 55 && trimmed.charCodeAt(55) === DASH && !trimmed.startsWith('00');
  return isLater ? trimmed.slice(0, 55) : undefined;
}

/** The 55 characters of a valid traceparent; `undefined` for any other text. */
export function valid(header) {
  if (header.length !== 55) header = normalized(header);
  return header !== undefined && isValid(header) ? header : undefined;
}

const flagsOf = (header) => digit(header.charCodeAt(54)) & 3;

/** A list of members, kept as it is where it is valid. */
class State {
  #text;
  constructor(text) {
    this.#text = text;
  }
  serialize() {
    return this.#text;
  }
}

const MEMBER = /^[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

function stateOf(text) {
  const members = text.split(',');
  if (members.length > 32) return undefined;
  for (const member of members) if (!MEMBER.test(member)) return undefined;
  return new State(text);
}

/** A context of the text of its headers. */
export function parse(header, tracestate) {
  if (header.length !== 55) header = normalized(header);
  if (header === undefined || !isValid(header)) return undefined;
  const context = {
    traceId: header.substring(3, 35),
    spanId: header.substring(36, 52),
    traceFlags: flagsOf(header),
    isRemote: true,
  };
  if (tracestate !== undefined) {
    const state = stateOf(tracestate);
    if (state !== undefined) context.traceState = state;
  }
  return context;
}

/** A link for each message, and nothing else. */
export function links(messages, textOf) {
  const made = new Array(messages.length);
  let count = 0;
  for (const message of messages) {
    const header = textOf(message.headers.traceparent);
    const state = message.headers.tracestate;
    const context = parse(header, state === undefined ? undefined : textOf(state));
    if (context !== undefined) made[count++] = { context };
  }
  made.length = count;
  return made;
}

/** The same work as `linkBatch`: one link for each span, sampled ones first within the limit, everything counted. */
export function batch(messages, textOf, maxLinks) {
  const known = new Map();
  const rejected = [];
  let missing = 0;
  let malformed = 0;
  let duplicates = 0;
  for (let index = 0; index < messages.length; index++) {
    const found = messages[index].headers;
    const value = found?.traceparent;
    if (value === undefined || value === null || value === '') {
      missing++;
      continue;
    }
    const header = textOf(value);
    const state = found.tracestate;
    const context = parse(header, state === undefined ? undefined : textOf(state));
    if (context === undefined) {
      malformed++;
      if (rejected.length < 16) rejected.push({ index, reason: 'malformed' });
      continue;
    }
    // Both ids and the dash between them: the leanest key there is.
    const ids = header.substring(3, 52);
    const first = known.get(ids);
    if (first === undefined) {
      known.set(ids, { context, merged: 1 });
    } else {
      first.merged++;
      duplicates++;
    }
  }
  const all = [...known.values()];
  const made = new Array(Math.min(all.length, maxLinks));
  let at = 0;
  const link = ({ context, merged }) =>
    (made[at++] = merged > 1 ? { context, attributes: { 'link.message_count': merged } } : { context });
  if (all.length <= maxLinks) {
    all.forEach(link);
  } else {
    for (const each of all) if (each.context.traceFlags & 1 && at < maxLinks) link(each);
    for (const each of all) if (!(each.context.traceFlags & 1) && at < maxLinks) link(each);
  }
  const { length: linked } = made;
  const { length: count } = messages;
  return {
    links: made,
    groups: [made],
    attributes: {
      'messaging.batch.message_count': count,
      'batch.size': count,
      'batch.link_count': linked,
    },
    report: {
      messages: count,
      linked,
      duplicates,
      missing,
      malformed,
      dropped: all.length - linked,
      rejected,
    },
  };
}
