// Reads messages, one JSON value a line, as they come: the input may be longer than there is memory.
import { createReadStream } from 'node:fs';

/** The longest line that is read, in characters: what a broker delivers is far shorter. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Bytes, as JSON.stringify writes a Buffer. */
function revive(_key, value) {
  const isBuffer = value?.type === 'Buffer' && Array.isArray(value.data);
  return isBuffer ? Buffer.from(value.data) : value;
}

/** Every line of a stream, with its number; `text` is undefined for one that is too long. */
async function* linesOf(stream) {
  let text = '';
  let tooLong = false;
  let number = 1;
  for await (const chunk of stream.setEncoding('utf8')) {
    const [first, ...others] = chunk.split('\n');
    for (const part of [first, ...others].map((each, index) => ({ each, ends: index < others.length }))) {
      tooLong ||= text.length + part.each.length > LONGEST_LINE;
      text = tooLong ? '' : text + part.each;
      if (!part.ends) continue;
      yield { number, text: tooLong ? undefined : text };
      number += 1;
      text = '';
      tooLong = false;
    }
  }
  if (text !== '' || tooLong) yield { number, text: tooLong ? undefined : text };
}

/** A line's message, or what is wrong with it. */
function parsed(text) {
  if (text === undefined) return { fault: `is longer than ${LONGEST_LINE} characters` };
  try {
    return { message: JSON.parse(text, revive) };
  } catch (error) {
    // What is nested too deeply runs out of stack.
    if (error instanceof RangeError) return { fault: 'is nested too deeply' };
    // Its message has a piece of the line in it, which must not steer a terminal.
    return { fault: `is not JSON: ${error.message.slice(0, 120).replace(/\p{Cc}/gu, '\ufffd')}` };
  }
}

/**
 * Every message of the files, or of standard input where there are none: `{ file, line, message }`, or with a `fault`
 * instead of a message. `file` is undefined for standard input, `line` for a file that cannot be read. Empty lines are
 * no messages.
 */
export async function* messagesOf(files) {
  for (const file of files.length === 0 ? ['-'] : files) {
    const name = file === '-' ? undefined : file;
    try {
      for await (const { number, text } of linesOf(
        name === undefined ? process.stdin : createReadStream(name),
      )) {
        if (text?.trim() === '') continue;
        yield { file: name, line: number, ...parsed(number === 1 ? text?.replace(/^\ufeff/, '') : text) };
      }
    } catch (error) {
      if (typeof error?.code !== 'string') throw error;
      yield { file: name, fault: `cannot be read: ${error.code}` };
    }
  }
}
