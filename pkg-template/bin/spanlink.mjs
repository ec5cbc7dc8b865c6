#!/usr/bin/env node
// The command line: `npx spanlink explain < messages.ndjson`.
import { explain } from './explain.mjs';
import { USAGE, parseArguments } from './usage.mjs';

// Whoever reads our output may stop at any time, as `head` does.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
});

const options = parseArguments(process.argv.slice(2));
if (options.fault !== undefined) {
  process.stderr.write(`spanlink: ${options.fault}\n\n${USAGE}`);
  process.exitCode = 2;
} else if (options.help) {
  process.stdout.write(USAGE);
} else {
  process.exitCode = await explain(options);
}
