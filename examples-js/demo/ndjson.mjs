// Real messages from a file: one JSON object per line, read piece by piece, and never more than a fixed amount.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Problem } from './problem.mjs';

const MAX_MIB = 32;
const MAX_BYTES = MAX_MIB * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Yields `{ line, message }` for every line that is not blank. Throws a `Problem` and nothing else. */
export function* readMessages(path) {
  let found = false;
  for (const { line, bytes } of readLines(path)) {
    const text = decode(bytes, line, path);
    if (/^[ \t\r]*$/.test(text)) continue;
    found = true;
    yield { line, message: parse(text, line, path) };
  }
  if (!found) throw new Problem(`${path} holds no messages, expected one JSON object per line`);
}

/** Holds one line at a time, so that neither a long file nor an endless line fills the memory. */
function* readLines(path) {
  let line = 1;
  let parts = [];
  for (const chunk of readChunks(path)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      yield { line, bytes: Buffer.concat([...parts, chunk.subarray(from, end)]) };
      line += 1;
      parts = [];
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
  }
  yield { line, bytes: Buffer.concat(parts) };
}

function* readChunks(path) {
  const file = attempt(path, () => open(path));
  try {
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = attempt(path, () => readSync(file, chunk));
      if (length === 0) return;
      total += length; // counted while reading: the size of a pipe or of a growing file says nothing
      if (total > MAX_BYTES) throw tooLarge(path);
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function open(path) {
  const status = statSync(path);
  if (status.isDirectory()) throw new Problem(`${path} is a directory, expected a file of JSON lines`);
  if (status.size > MAX_BYTES) throw tooLarge(path);
  return openSync(path);
}

function tooLarge(path) {
  return new Problem(`${path} is larger than ${MAX_MIB} MiB, the most this demo reads`);
}

/** Turns what the file system throws into words. */
function attempt(path, action) {
  try {
    return action();
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error.code === 'ENOENT') throw new Problem(`${path} does not exist`);
    throw new Problem(`${path} cannot be read (${error.code ?? 'unknown error'})`);
  }
}

function decode(bytes, line, path) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return line === 1 ? text.replace(/^\uFEFF/, '') : text;
  } catch {
    throw new Problem(`${path}: line ${line} is not UTF-8 text`);
  }
}

function parse(text, line, path) {
  try {
    return JSON.parse(text, reviveBuffer);
  } catch (error) {
    const problem = error instanceof RangeError ? 'is nested too deeply' : 'is not JSON';
    throw new Problem(`${path}: line ${line} ${problem}, expected one JSON object per line`);
  }
}

/** `JSON.stringify` writes a Buffer as `{ type: 'Buffer', data: [...] }`: headers captured from Kafka look so. */
function reviveBuffer(key, value) {
  return value?.type === 'Buffer' && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}
