// `npx spanlink explain`: the program of the package, run as a person or a script would.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import * as carriers from 'spanlink/carriers';
import { captured } from './support/captured.mjs';
import { traceparent } from './support/vectors.mjs';

const manifest = createRequire(import.meta.url).resolve('spanlink/package.json');
const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
const program = path.join(path.dirname(manifest), bin.spanlink);
const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-command-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the program; `input` is text, or a function that writes to its standard input. */
async function spanlink(args, input = '') {
  const child = spawn(process.execPath, [program, ...args]);
  const streams = { stdout: '', stderr: '' };
  for (const name of Object.keys(streams))
    child[name].setEncoding('utf8').on('data', (text) => (streams[name] += text));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, ...streams };
}

const explain = (lines, ...args) =>
  spanlink(
    ['explain', ...args],
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
const json = async (lines, ...args) => {
  const { stdout, ...rest } = await explain(lines, '--json', ...args);
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...rest, messages: all.slice(0, -1), totals: all.at(-1).totals };
};

const headers = (tracestate, n = 1) => ({ headers: { traceparent: traceparent(n), tracestate } });

describe('spanlink explain', () => {
  test('a table for people', async () => {
    const { code, stdout, stderr } = await explain([
      headers('a=1'),
      {},
      { headers: { traceparent: '00-x' } },
    ]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.deepEqual(
      stdout.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['message', 'context, or why there is none', 'reader', 'tracestate'],
        ['1', traceparent(1), 'headers', 'kept'],
        ['2', 'missing', 'auto', 'unread'],
        ['3', 'bad_length', 'headers', 'unread'],
        [''],
        ['3 messages: 1 with a context, 1 without, 1 malformed'],
        ['0 tracestates dropped'],
        [''],
      ],
    );
  });

  test('what became of each tracestate', async () => {
    const many = (count) => Array.from({ length: count }, (_, i) => `k${i}=1`).join(',');
    const lists = {
      'a=1,b=2': 'kept',
      'a=1, b=2': 'rewritten',
      ',': 'absent',
      a: 'no_equals',
      'A=1': 'bad_key',
      'a=': 'bad_value',
      'a=\u00e9': 'not_text',
      [many(32)]: 'kept',
      [many(33)]: 'too_many_members',
    };
    const { messages, totals } = await json([
      headers(undefined),
      ...Object.keys(lists).map((list) => headers(list)),
    ]);
    assert.deepEqual(
      messages.map(({ tracestate }) => tracestate),
      ['absent', ...Object.values(lists)],
    );
    assert.equal(totals.dropped, 5);
    assert.equal(messages[2].context.traceState, 'a=1,b=2');
  });

  test('a tracestate that is no text, or too much of it, was dropped', async () => {
    const long = 'x'.repeat(40_000);
    const lists = [
      ['', 'absent'],
      [[], 'absent'],
      [['', null], 'absent'],
      [null, 'absent'],
      [5, 'not_text'],
      [{ x: 1 }, 'not_text'],
      [['a=1', 5], 'not_text'],
      [['a=1', ['b=2', 'c=3']], 'not_text'],
      [[1, 2, 999], 'not_text'],
      [long + long, 'too_long'],
      [[`a=${long}`, `b=${long}`], 'too_long'],
      [{ type: 'Buffer', data: [...Buffer.from(long + long)] }, 'too_long'],
      [[...Buffer.from('a=1')], 'kept'],
      [['a=1', '', 'b=2'], 'rewritten'],
    ];
    for (const reader of ['auto', 'kafka', 'sqs,kafka', 'sqs,auto']) {
      const messages = lists.map(([list]) => headers(list));
      const told = await json(messages, '--reader', reader);
      assert.deepEqual(
        told.messages.map(({ tracestate }) => tracestate),
        lists.map(([, verdict]) => verdict),
      );
      assert.equal(told.totals.dropped, 8);
      assert.equal(told.totals.contexts, lists.length);
    }
  });

  test('the reader that was used', async () => {
    const rows = captured.filter(
      ({ client }) => !/Fetch|fetch|nats|platformatic|bytes|client-|structured/.test(client),
    );
    const { messages } = await json(rows.map(({ message }) => message({ traceparent: traceparent(1) })));
    assert.equal(messages.length, rows.length);
    for (const [index, { reader, client }] of rows.entries()) {
      const { context, reader: used } = messages[index];
      assert.equal(context?.spanId, traceparent(1).slice(36, 52), client);
      // Messages that have nothing but `headers` are of one kind to whoever has not asked for their client.
      if (used !== 'headers') assert.equal(used, reader, client);
    }
    assert.ok(new Set(messages.map(({ reader }) => reader)).size > 12);
  });

  test('a reader that is named, or several', async () => {
    const message = {
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent(1) } },
    };
    assert.equal((await json([message], '--reader', 'sqs')).messages[0].reader, 'sqs');
    assert.equal((await json([message], '--reader', 'kafka')).messages[0].reason, 'missing');
    assert.equal((await json([message], '--reader', 'kafka,sqs')).messages[0].reader, 'sqs');
    assert.equal((await json([message], '--reader', 'kafka,auto')).messages[0].reader, 'sqs');
    assert.equal(
      (await json([{ headers: { b3: '0' } }], '--reader', 'auto,b3')).messages[0].reason,
      'missing',
    );
    const { stdout } = await spanlink(['--help']);
    for (const [name, each] of Object.entries(carriers)) {
      if (typeof each.read === 'function') assert.match(stdout, new RegExp(`\\b${name}\\b`));
    }
  });

  test('exit code 1 when nothing has a context', async () => {
    assert.equal((await explain([{}, 7, null])).code, 1);
    assert.equal((await explain([])).code, 1);
    assert.equal((await explain([{}, headers('a=1')])).code, 0);
  });

  test('a fault in the input names its line, and the others are read', async () => {
    const { code, stderr, messages, totals } = await json([
      headers('a=1'),
      '',
      'nonsense',
      headers('b=1', 2),
      '{"a":',
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /^spanlink: line 3 is not JSON: .*\nspanlink: line 5 is not JSON: .*\n$/);
    assert.deepEqual(
      messages.map(({ line }) => line),
      [1, 4],
    );
    assert.equal(totals.faults, 2);
  });

  test('a fault repeats no control characters of the input', async () => {
    const { code, stderr } = await explain([
      '\u001b[31mred',
      '\u009b31m',
      '{"a":\u0007}',
      '"\r\u001b]0;title\u0007"',
    ]);
    assert.equal(code, 2);
    assert.equal(stderr.trimEnd().split('\n').length, 4);
    assert.doesNotMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u);
  });

  test('files, by name', async () => {
    const [one, two] = ['one', 'two'].map((name) => path.join(folder, `${name}.ndjson`));
    writeFileSync(one, `\ufeff${JSON.stringify(headers('a=1'))}`);
    writeFileSync(two, `${JSON.stringify(headers('a=1', 2))}\r\nnonsense\n`);
    const none = path.join(folder, 'none.ndjson');
    const { code, stdout, stderr } = await spanlink(['explain', '--json', one, two, none]);
    assert.equal(code, 2);
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .slice(0, -1);
    assert.deepEqual(
      messages.map(({ file, line }) => [file, line]),
      [
        [one, 1],
        [two, 1],
      ],
    );
    assert.ok(stderr.includes(`${two}, line 2 is not JSON`));
    assert.ok(stderr.includes(`${none} cannot be read: ENOENT`));
  });

  test('arguments that make no sense', async () => {
    for (const args of [[], ['link'], ['explain', '--reader', 'carrier-pigeon'], ['explain', '--colour']]) {
      const { code, stdout, stderr } = await spanlink(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^spanlink: .+\n\nUsage: /);
    }
  });

  test('hostile messages', async () => {
    const deep = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const lines = [
      '{"__proto__":{"traceparent":"x"},"constructor":1,"headers":{"__proto__":null}}',
      deep(500),
      '{"headers":{"type":"Buffer","data":["x",null,999]}}',
      `{"headers":{"traceparent":"${'x'.repeat(100_000)}"}}`,
      JSON.stringify('\ud800'),
      headers('a=1'),
    ];
    const { code, messages } = await json(lines);
    assert.equal(code, 0);
    assert.equal(messages.length, lines.length);
    const { stderr } = await json([deep(100_000), headers('a=1')]);
    assert.equal(stderr, 'spanlink: line 1 is nested too deeply\n');
  });

  test('a line that is too long is a fault, and costs no memory', async () => {
    const { code, stderr, messages } = await json([`"${'x'.repeat(17 * 1024 * 1024)}"`, headers('a=1')]);
    assert.equal(code, 2);
    assert.match(stderr, /^spanlink: line 1 is longer than 16777216 characters\n$/);
    assert.deepEqual(
      messages.map(({ line }) => line),
      [2],
    );
  });

  test('so is one at the end, without a line feed', async () => {
    const { code, stderr } = await spanlink(['explain'], 'x'.repeat(17 * 1024 * 1024));
    assert.equal(code, 2);
    assert.match(stderr, /^spanlink: line 1 is longer than 16777216 characters\n$/);
  });

  test('what it does not know is not repeated at length', async () => {
    for (const args of [['x'.repeat(10_000)], ['explain', '--reader', 'x'.repeat(10_000)]]) {
      const { code, stderr } = await spanlink(args);
      assert.equal(code, 2);
      assert.match(stderr, /^spanlink: there is no (?:command|reader) `x{64}`\n/);
    }
  });

  test('whoever reads the output may stop', async () => {
    const child = spawn(process.execPath, [program, 'explain']);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(headers('a=1'))}\n`.repeat(50_000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child, 'close');
    assert.equal(stderr, '');
  });
});
