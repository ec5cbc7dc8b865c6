// Lets a script be both imported and run.
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Calls `work` when the file of `meta` is the program being run; what it throws ends the program with code 1. */
export async function main(meta, work) {
  // import.meta.url has symbolic links resolved, argv has not.
  if (!process.argv[1] || meta.url !== pathToFileURL(realpathSync(process.argv[1])).href) return;
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
