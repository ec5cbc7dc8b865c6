// `npm test`: every check there is. The last line says how many passed and failed; any failure makes the exit code 1.
import { add } from './counts.mjs';
import { main } from './main.mjs';
import { setUp } from './setup.mjs';
import { steps } from './test-steps.mjs';

const HELP = `npm test                      every check
npm test -- --only NAME,…     only the steps whose name contains one of these, such as: rust, js-tests, types
npm test -- --without NAME,…  the others; \`npm run test:core\` is all that needs no server
npm test -- --help            this

Steps:
${steps.map(({ name, title }) => `  ${name.padEnd(16)}${title}`).join('\n')}`;

const asText = ({ passed, failed, skipped = 0 }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function chosen(args) {
  if (args.length === 0) return steps;
  const [how, ...words] = args.flatMap((arg) => arg.split(/[=,]/)).filter((word) => word !== '');
  const unknown = words.filter((word) => !steps.some(({ name }) => name.includes(word)));
  if (!['--only', '--without'].includes(how) || words.length === 0 || unknown.length > 0) {
    throw new Error(`cannot understand \`${args.join(' ')}\`\n\n${HELP}`);
  }
  const isNamed = ({ name }) => words.some((word) => name.includes(word));
  return steps.filter((step) => isNamed(step) === (how === '--only'));
}

async function perform({ name, title, work }) {
  const start = performance.now();
  console.log(`\n── ${name}: ${title}`);
  let counts;
  try {
    counts = await work();
  } catch (error) {
    console.error(error.message);
    counts = { passed: 0, failed: 1 };
  }
  // A step that checked nothing, and does not say so, proves nothing.
  if (counts.passed + counts.failed + (counts.skipped ?? 0) === 0) counts = { ...counts, failed: 1 };
  console.log(`── ${name}: ${asText(counts)} (${seconds(start)})`);
  return { name, ...counts };
}

await main(import.meta, async (args) => {
  if (args.includes('--help')) return console.log(HELP);
  const toRun = chosen(args);
  const start = performance.now();
  const results = [];
  try {
    await setUp({ test: true });
    for (const step of toRun) results.push(await perform(step));
  } catch (error) {
    console.error(`set-up failed: ${error.message}`);
    results.push({ name: 'setup', passed: 0, failed: 1 });
  }
  const total = add(results);
  const failing = results.filter((result) => result.failed > 0).map((result) => result.name);
  console.log(`\n${results.length} steps in ${seconds(start)}`);
  if (failing.length > 0) console.log(`failing: ${failing.join(', ')}`);
  console.log(asText(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
});
