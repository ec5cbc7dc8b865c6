// From what was pasted to messages, and to what spanlink says of them.
import { explain, linkBatch } from 'spanlink';
import * as carriers from 'spanlink/carriers';

/** The longest text that is read, in characters: more would stop the page for too long. */
const LONGEST = 2_000_000;
/** How many messages are shown, each in a row. */
export const SHOWN = 200;

/** The readers by name, `auto` first. */
export const readers = Object.fromEntries(
  Object.entries(carriers).filter(([, each]) => typeof each.read === 'function'),
);

const revive = (_key, value) =>
  value?.type === 'Buffer' && Array.isArray(value.data) ? Uint8Array.from(value.data) : value;

/** A list stays one message where it is a header container of its own: an entry list, or an entry of a stream. */
const isList = (value) =>
  Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && !Array.isArray(value[0]);
const isNested = (value) =>
  Array.isArray(value) && Array.isArray(value[0]) && !value[0].every((each) => typeof each === 'string');

/** The messages of a text, or what is wrong with it. */
function messagesOf(text) {
  if (text.length > LONGEST) return { fault: `more than ${LONGEST} characters are not read here` };
  if (text.trim() === '') return { messages: [] };
  try {
    const value = JSON.parse(text, revive);
    return { messages: isList(value) || isNested(value) ? value : [value] };
  } catch (whole) {
    const messages = [];
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      try {
        messages.push(JSON.parse(line, revive));
      } catch (error) {
        const isOneValue = index === 0;
        return {
          fault: isOneValue
            ? `this is not JSON: ${whole.message}`
            : `line ${index + 1} is not JSON: ${error.message}`,
        };
      }
    }
    return { messages };
  }
}

/** All there is to say of a text: `{ fault }`, or `{ rows, batch, hidden }`. */
export function read({ text, reader, overflow, maxLinks }) {
  const { messages, fault } = messagesOf(text);
  if (fault) return { fault };
  try {
    const chosen = readers[reader];
    const batch = linkBatch(messages, { reader: chosen, overflow, maxLinks });
    const rows = messages.slice(0, SHOWN).map((message) => explain(message, chosen));
    return { rows, batch, hidden: messages.length - rows.length };
  } catch (error) {
    return { fault: error.message };
  }
}
