// Remembers from which inputs something was made, so that it is made again only when they change.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, scratch } from './paths.mjs';

/** Every file under a path that exists, sorted. */
export function filesUnder(start) {
  if (!existsSync(start)) return [];
  if (!statSync(start).isDirectory()) return [start];
  return readdirSync(start)
    .sort()
    .flatMap((name) => filesUnder(path.join(start, name)));
}

/** One hash of the names and the contents of files and folders, and of what else counts. */
export function fingerprint(paths, ...others) {
  const hash = createHash('sha256').update(JSON.stringify(others));
  for (const file of paths.flatMap(filesUnder)) {
    const content = readFileSync(file);
    hash.update(`\0${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Runs `make` unless its outputs are there and were made from the same inputs. Tells whether it ran. */
export async function makeWhenChanged(name, inputs, outputs, make) {
  const record = path.join(scratch, `${name}.fingerprint`);
  // The outputs count too: one that was edited or lost is made again.
  const state = () => `${inputs} ${fingerprint(outputs)}`;
  const made = outputs.every((output) => existsSync(output));
  if (made && existsSync(record) && readFileSync(record, 'utf8') === state()) return false;
  rmSync(record, { force: true });
  await make();
  mkdirSync(scratch, { recursive: true });
  writeFileSync(record, state());
  return true;
}
