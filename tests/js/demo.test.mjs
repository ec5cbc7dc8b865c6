// The demo runs as a user would run it: its sums, its tree, its page, its export, and how it reads message files.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { checkSums } from '../../examples-js/demo/checks.mjs';
import { renderPage } from '../../examples-js/demo/page.mjs';

const MAIN = fileURLToPath(new URL('../../examples-js/demo/main.mjs', import.meta.url));

const folder = mkdtempSync(path.join(tmpdir(), 'spanlink-demo-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the demo in a process of its own. One that waits for ever, or reads without end, is ended, and has no code. */
function runDemo(args, { env = {}, timeoutMs = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: '', NODE_OPTIONS: '', ...env };
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: environment,
      timeout: timeoutMs,
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** The rows of a printed table by their first column: `{ name: { column: number } }`. */
function readTable(report, title) {
  const lines = report.split(`${title}\n`)[1].split('\n\n')[0].split('\n');
  const [columns, ...rows] = lines.map((line) => line.trim().split(/ {2,}/));
  return Object.fromEntries(
    rows.map(([name, ...cells]) => [
      name,
      Object.fromEntries(cells.map((cell, index) => [columns[index + 1], Number(cell)])),
    ]),
  );
}

const sumOf = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0);

describe('the scenario', () => {
  const page = path.join(folder, 'page.html');
  let run;
  let html;

  before(async () => {
    run = await runDemo(['--out', page]);
    html = readFileSync(page, 'utf8');
  });

  test('ends well and says where the page is', () => {
    assert.equal(run.code, 0, run.stderr);
    assert.ok(run.stdout.includes(`page: ${page}`));
    assert.doesNotMatch(run.stdout, /FAIL/);
  });

  test('shows progress as plain lines where there is no terminal', () => {
    assert.match(run.stderr, /^orders placed: 300 of 300$/m);
    assert.doesNotMatch(run.stderr, /[\r\x1b]/);
  });

  test('every message sent is in one column of the totals', () => {
    const { all: messages, ...topics } = readTable(run.stdout, 'Messages by topic');
    for (const column of Object.keys(messages)) {
      assert.equal(messages[column], sumOf(Object.values(topics), column), column);
    }
    const { sent, repeated, redelivered, lost, delivered } = messages;
    assert.equal(delivered, sent + repeated + redelivered - lost);

    const { all: linked, ...consumers } = readTable(run.stdout, 'Links by consumer');
    for (const row of Object.values(consumers)) {
      assert.equal(row.delivered, row.linked + row.duplicates + row.missing + row.malformed + row.dropped);
    }
    const { fulfilment } = readTable(run.stdout, 'Fan-in by answer');
    const { delivered: offered, ...answers } = fulfilment;
    assert.equal(
      offered,
      Object.values(answers).reduce((sum, count) => sum + count),
    );
    assert.equal(delivered, linked.delivered + offered);

    const { 'order-fulfilment': joins } = readTable(run.stdout, 'Joins and their events');
    assert.equal(joins.orders, joins.completed + joins.expired + joins.open);
    assert.equal(joins.events, joins.linked + joins.linkless);
    assert.equal(answers.completed, joins.completed);
    assert.equal(answers.redelivered, redelivered);
    assert.equal(joins.open, 0);
  });

  test('nothing that can happen is missing', () => {
    const { all } = readTable(run.stdout, 'Links by consumer');
    const { fulfilment } = readTable(run.stdout, 'Fan-in by answer');
    const { 'order-fulfilment': joins } = readTable(run.stdout, 'Joins and their events');
    for (const [name, count] of Object.entries({ ...all, ...fulfilment, expired: joins.expired })) {
      assert.ok(count > 0, `${name} is ${count}`);
    }
  });

  test('the tree shows one order from its placing to three notifications, with their links', () => {
    const [tree] = run.stdout.split('Messages by topic');
    assert.match(tree, /^Complete: order A-\d{4}$/m);
    assert.match(tree, /place_order \(orders\) at 0\.00 s, \d+ ms\n {2}└─ publish order\.placed \(orders\)/);
    assert.match(
      tree,
      /fulfill_order \(fulfilment\).*\n.*~> payment_confirmation: publish payment\.confirmed \(payments\)\n.*~> inventory_reservation: publish inventory\.reserved \(inventory\)\n/,
    );
    for (const relationship of ['announces', 'bills', 'rewards']) {
      assert.ok(tree.includes(`~> ${relationship}: publish order.fulfilled (fulfilment)`), relationship);
    }
    assert.equal(tree.match(/~> triggered_by: publish order\.placed \(orders\)/g).length, 2);
  });

  test('is the same on every run, page and all', async () => {
    const other = path.join(folder, 'other.html');
    const again = await runDemo(['--out', other]);
    assert.equal(again.stdout.replace(other, page), run.stdout);
    assert.equal(readFileSync(other, 'utf8'), html);
  });

  test('comes out even with another seed', async () => {
    const other = await runDemo(['--seed', '20260115', '--out', path.join(folder, 'seed.html')]);
    assert.equal(other.code, 0, other.stderr);
    assert.notEqual(other.stdout, run.stdout);
  });

  test('the page loads nothing and knows both colour schemes', () => {
    assert.doesNotMatch(html, /https?:\/\//);
    assert.doesNotMatch(html, /<(?:link|script|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    assert.doesNotMatch(html, /@import|url\(|fetch\(|XMLHttpRequest/);
    assert.ok(html.includes("default-src 'none'".replaceAll("'", '&#39;')));
    assert.ok(html.includes('@media (prefers-color-scheme: dark)'));
    assert.ok(html.includes('color-scheme: light dark'));
  });

  test('the page draws an arrow for every link it shows', () => {
    const views = JSON.parse(html.match(/<script type="application\/json" id="views">(.*?)<\/script>/s)[1]);
    assert.deepEqual(
      views.map((view) => view.id),
      ['complete', 'redelivered', 'expired', 'late', 'conflict', 'untraced', 'batch'],
    );
    const sections = html.split('<section class="view panel"').slice(1);
    for (const [index, view] of views.entries()) {
      const links = view.spans.flatMap((span) => span.links);
      const arrows = sections[index].split('</section>')[0].match(/<g class="link"/g) ?? [];
      assert.ok(links.length > 0, view.id);
      assert.equal(arrows.length, links.length, view.id);
    }
    const redelivered = views[1].spans.find((span) => span.name === 'fulfill_order');
    assert.equal(redelivered.attributes.redelivered, true);
    assert.equal(redelivered.links.length, 2);
  });
});

test('sums that do not come out even are found', () => {
  const none = {
    delivered: 0,
    duplicates: 0,
    missing: 0,
    dropped: 0,
    completed: 0,
    redelivered: 0,
    late: 0,
    conflicts: 0,
  };
  const message = { ...none, sent: 3, repeated: 0, lost: 0, delivered: 3 };
  const row = { ...none, consumer: 'payments', delivered: 2, linked: 1, missing: 1, malformed: 0 };
  const offers = { ...none, delivered: 1, pending: 1, rejected: 0 };
  const stats = { ...offers, offered: 1, arrivals: 1 };
  const joins = { orders: 1, completed: 0, expired: 0, open: 1 };
  const arrivals = { events: 0, linked: 0, linkless: 0 };
  const fulfilled = { spans: 0, orders: 0 };
  const even = { ledger: [message], links: [row], offers, stats, joins, arrivals, fulfilled };

  const broken = (change) => checkSums({ ...even, ...change }).filter(({ holds }) => !holds).length;
  assert.equal(broken({}), 0);
  assert.equal(broken({ links: [{ ...row, linked: 0 }] }), 1);
  assert.equal(broken({ ledger: [{ ...message, sent: 4 }] }), 1);
  assert.equal(broken({ offers: { ...offers, late: 1 } }), 2);
  assert.equal(broken({ joins: { ...joins, completed: 1 } }), 2);
  assert.equal(broken({ arrivals: { ...arrivals, events: 1 } }), 1);
  assert.equal(broken({ fulfilled: { spans: 1, orders: 0 } }), 2);
});

test('the page escapes what comes from messages', () => {
  const evil = `</script><img src=x onerror="alert('1')">&`;
  const span = { id: 'a1', traceId: evil, name: evil, service: 'orders', kind: evil, start: 0, end: 1 };
  const link = { spanId: 'a1', name: evil, service: evil, attributes: { 'link.relationship': evil } };
  const view = {
    id: 'evil',
    name: evil,
    title: evil,
    about: evil,
    answers: [{ at: 0, slot: evil, answer: evil }],
  };
  const spans = [{ ...span, attributes: { [evil]: evil }, links: [link] }];
  const row = { topic: evil, published: 1 };
  const totals = { ledger: [row], links: [row], offers: {}, joins: { orders: 1 }, arrivals: {} };
  const checks = [{ claim: evil, left: evil, right: evil, holds: false }];
  const html = renderPage({ views: [{ ...view, spans }], totals, checks, spans: 1, seed: 1 });

  assert.doesNotMatch(html, /<img/);
  assert.ok(html.includes('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;'));
  assert.equal(html.match(/<\/script>/g).length, 2);
});

describe('the command line', () => {
  const misuses = [['--unknown'], ['one', 'two'], ['--seed', 'x'], ['--out']];
  for (const args of misuses) {
    test(`${args.join(' ')} is answered with the usage`, async () => {
      const { code, stdout, stderr } = await runDemo(args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /usage: node/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }

  test('--help prints the usage', async () => {
    const { code, stdout } = await runDemo(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /messages\.ndjson/);
  });

  test('a page that cannot be written is said in one line', async () => {
    const { code, stderr } = await runDemo(['--out', path.join(folder, 'no', 'such', 'folder.html')]);
    assert.equal(code, 1);
    assert.match(stderr, /folder\.html cannot be written \(ENOENT\)\n$/);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
});

describe('OTLP', () => {
  const exportTo = (endpoint) =>
    runDemo(['--out', path.join(folder, 'otlp.html')], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });

  /** A server on loopback until the test ends; answers its URL. */
  async function listen(t, handler) {
    const server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${server.address().port}`;
  }

  test('every span goes out, with its links', async (t) => {
    const requests = [];
    const endpoint = await listen(t, async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      requests.push({ url: request.url, body: JSON.parse(plain) });
      response.setHeader('content-type', 'application/json').end('{}');
    });
    const { code, stdout, stderr } = await exportTo(endpoint);
    assert.equal(code, 0, stderr);
    const sent = Number(stdout.match(/^OTLP: (\d+) spans sent to http:\/\/127\.0\.0\.1:\d+$/m)[1]);

    for (const { url } of requests) assert.equal(url, '/v1/traces');
    const resources = requests.flatMap(({ body }) => body.resourceSpans);
    const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    assert.equal(spans.length, sent);
    const services = resources.map(({ resource }) => resource.attributes[0].value.stringValue);
    assert.equal(new Set(services).size, 6);
    const fulfilled = spans.filter((span) => span.name === 'fulfill_order');
    const { 'order-fulfilment': joins } = readTable(stdout, 'Joins and their events');
    assert.equal(fulfilled.length, joins.completed);
    assert.ok(fulfilled.some((span) => span.links.length === 2));
  });

  const refuse = (request, response) => request.resume() && response.writeHead(400).end();
  const stayMute = () => {};
  const failures = {
    'a port nobody listens on': [() => 'http://127.0.0.1:9', /0 of \d+ spans sent, .*:9 cannot be reached/],
    'what is not a URL': [() => 'localhost', /no spans sent, .* is not an http or https URL/],
    'a server that refuses': [(t) => listen(t, refuse), /0 of \d+ spans sent, .* \(400\)/],
    'a server that never answers': [(t) => listen(t, stayMute), /0 of \d+ spans sent, .* cannot be reached/],
  };
  for (const [name, [endpoint, expected]] of Object.entries(failures)) {
    test(`${name} is said in one line, and the sums decide`, async (t) => {
      const { code, stdout, stderr } = await exportTo(await endpoint(t));
      assert.equal(code, 0);
      assert.match(stdout, expected);
      assert.doesNotMatch(stdout + stderr, /\n {4}at /);
    });
  }
});

describe('a file of messages', () => {
  const traceparent = (index = 1) =>
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${index.toString(16).padStart(16, '0')}-01`;
  const file = (content, name = 'messages.ndjson') => {
    const at = path.join(folder, name);
    writeFileSync(at, content);
    return at;
  };

  test('each line is answered with its context or the reason there is none, then comes the report', async () => {
    const lines = [
      `\uFEFF{"headers":{"traceparent":"${traceparent(1)}","tracestate":"vendor=t61"}}\r`,
      '',
      `{"metadata":{"traceparent":"${traceparent(2).replace(/01$/, '00')}"}}`,
      JSON.stringify({ key: 'A-1', headers: { traceparent: Buffer.from(traceparent(3)) } }),
      '{"headers":{"traceparent":"00-cut-short"}}',
      ' \t\r',
      '42',
      '[]',
      'null',
      `{"headers":{"traceparent":"${traceparent(1)}"}}`,
    ];
    const { code, stdout, stderr } = await runDemo([file(lines.join('\n'))]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      'line 1: trace 4bf92f3577b34da6a3ce929d0e0e4736, span 0000000000000001, sampled, tracestate vendor=t61',
      'line 3: trace 4bf92f3577b34da6a3ce929d0e0e4736, span 0000000000000002, not sampled',
      'line 4: trace 4bf92f3577b34da6a3ce929d0e0e4736, span 0000000000000003, sampled',
      'line 5: no context, bad_length',
      'line 7: no context, missing',
      'line 8: no context, missing',
      'line 9: no context, missing',
      'line 10: trace 4bf92f3577b34da6a3ce929d0e0e4736, span 0000000000000001, sampled',
      '',
      'messaging.batch.message_count: 8',
      'batch.size: 8',
      'batch.link_count: 3',
      'report: 8 messages = 3 linked + 1 duplicates + 3 missing + 1 malformed + 0 dropped',
      'links: 3, for 1 spans of at most 128',
    ]);
  });

  test('more links than a span takes come in groups', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `{"traceparent":"${traceparent(index + 1)}"}`);
    const { stdout } = await runDemo([file(lines.join('\n'))]);
    assert.match(stdout, /^batch\.link_count: 300$/m);
    assert.match(stdout, /^links: 300, for 3 spans of at most 128$/m);
  });

  const refused = {
    'a file that is not there': [() => path.join(folder, 'nowhere.ndjson'), /nowhere\.ndjson does not exist/],
    'a directory': [() => folder, /is a directory/],
    'an empty file': [() => file(''), /holds no messages/],
    'nothing but blank lines': [() => file('\uFEFF\r\n\n \n'), /holds no messages/],
    'a line that is not JSON': [() => file('{}\n\n{"a":\n{}\n'), /line 3 is not JSON/],
    'text in another encoding': [
      () => file(Buffer.from('{}\n{"a":"caf\xe9"}', 'latin1')),
      /line 2 is not UTF-8/,
    ],
    'nesting without end': [
      () => file(`{}\n${'['.repeat(3_000_000)}`),
      /line 2 is (not JSON|nested too deeply)/,
    ],
    'a gigabyte without a line': [
      () => {
        const at = file('', 'sparse.ndjson');
        truncateSync(at, 2 ** 30);
        return at;
      },
      /is larger than 32 MiB/,
    ],
  };
  for (const [name, [make, expected]] of Object.entries(refused)) {
    test(`${name} is refused in one line`, async () => {
      const { code, stderr } = await runDemo([make()], { env: { NODE_OPTIONS: '--max-old-space-size=128' } });
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    });
  }

  test(
    'a pipe without end is given up past the limit',
    { skip: process.platform === 'win32' && 'Windows has no pipe of that kind' },
    async () => {
      const pipe = path.join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const endless = new Readable({ read: () => endless.push(Buffer.alloc(65_536, 'x')) });
      const writing = pipeline(endless, createWriteStream(pipe)).catch((error) => error.code);
      const { code, stderr } = await runDemo([pipe], { env: { NODE_OPTIONS: '--max-old-space-size=128' } });
      assert.equal(code, 1);
      assert.match(stderr, /is larger than 32 MiB/);
      assert.equal(await writing, 'EPIPE');
    },
  );
});
