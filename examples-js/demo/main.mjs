// An order system on spanlink. Run it:
//   node examples-js/demo/main.mjs [--out FILE] [--seed N]    the scenario, its totals and a page to look at
//   node examples-js/demo/main.mjs messages.ndjson            which context each message of a file carries
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkSums } from './checks.mjs';
import { explainMessages } from './messages.mjs';
import { exportSpans } from './otlp.mjs';
import { renderPage } from './page.mjs';
import { Problem } from './problem.mjs';
import { Progress } from './progress.mjs';
import { spanTree, sumsReport, totalsReport } from './report.mjs';
import { runScenario } from './scenario.mjs';
import { selectViews } from './views.mjs';

const USAGE = `usage: node examples-js/demo/main.mjs [--out FILE] [--seed N]
       node examples-js/demo/main.mjs messages.ndjson`;

const EXIT = { ok: 0, failed: 1, misused: 2 };

async function main() {
  const { help, file, out, seed } = readArguments();
  if (help) {
    console.log(USAGE);
    return EXIT.ok;
  }
  if (file !== undefined) {
    explainMessages(file);
    return EXIT.ok;
  }
  return runDemo({ out, seed });
}

async function runDemo({ out, seed }) {
  const progress = new Progress();
  const run = await runScenario({
    seed,
    onProgress: (done, all) => progress.update('orders placed', done, all),
  });
  progress.end();

  const views = selectViews(run);
  const checks = checkSums(run.totals);
  console.log([spanTree(views[0]), totalsReport(run.totals), sumsReport(checks)].join('\n\n'));

  write(out, renderPage({ views, totals: run.totals, checks, spans: run.spans.length, seed }));
  console.log(`\npage: ${out}`);

  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint) console.log(await exportSpans(run.spans, endpoint));

  const broken = checks.filter(({ holds }) => !holds);
  if (broken.length === 0) return EXIT.ok;
  console.error(`the totals do not add up: ${broken.map(({ claim }) => claim).join('; ')}`);
  return EXIT.failed;
}

function readArguments() {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    out: { type: 'string', default: join(tmpdir(), 'spanlink-demo.html') },
    seed: { type: 'string', default: '1' },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length > 1) throw new Error('expected at most one file of messages');
    if (!/^\d{1,9}$/.test(values.seed))
      throw new Error('expected --seed to be a number of up to nine digits');
    return { ...values, seed: Number(values.seed), file: positionals[0] };
  } catch (error) {
    throw new Problem(`${error.message}\n${USAGE}`, EXIT.misused);
  }
}

function write(path, text) {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Problem(`${path} cannot be written (${error.code})`);
  }
}

process.stdout.on('error', ({ code }) => {
  if (code === 'EPIPE') process.exit(EXIT.ok); // whoever was reading, as in `| head`, has seen enough
  console.error(`standard output cannot be written (${code})`);
  process.exit(EXIT.failed);
});

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
setTimeout(process.exit, 250).unref(); // a request that nobody answers does not keep the process
