// Headless Chromium: the build of Vite for browsers, and the package's own modules, under a Content-Security-Policy.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { build as buildWithVite, createServer } from 'vite';
import { LAUNCH, withoutChromium } from './support/chromium.mjs';
import { assertScenario, consumer, elsewhere, project } from './support/consumer.mjs';

const skip = withoutChromium;
const browser = skip ? undefined : await chromium.launch(LAUNCH);
after(() => browser?.close());

/** Serves pages and scripts by name, under a policy. Gives the address. */
async function serve(files, policy) {
  const server = http.createServer((request, response) => {
    const file = files[request.url.slice(1)];
    const type = request.url.endsWith('js') ? 'text/javascript' : 'text/html';
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': type,
      'content-security-policy': policy,
    });
    response.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

const bundled = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [consumer(entry)],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
};

const page = (script) => `<!doctype html><title>-</title><script type="module" src="/${script}"></script>`;
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const STRICT = "default-src 'none'; script-src 'self'";

/** Opens a page, and gives its title once the script has set it, with the errors it threw. */
async function titleOf(url) {
  const tab = await browser.newPage();
  const errors = [];
  const failed = tab
    .waitForEvent('pageerror')
    .then((error) => errors.push(error))
    .catch(() => {});
  try {
    await tab.goto(url);
    const titled = tab.waitForFunction(() => document.title !== '-').catch(() => {});
    await Promise.race([titled, failed]);
    return { title: await tab.title(), errors };
  } finally {
    await tab.close();
  }
}

describe('Chromium', { skip }, () => {
  test('a bundle, with wasm-unsafe-eval', async () => {
    const url = await serve({ '': page('main.js'), 'main.js': await bundled('browser.mjs') }, POLICY);
    const { title, errors } = await titleOf(url);
    assert.deepEqual(errors, []);
    assertScenario(title);
  });

  test('without it, the error says what is needed', async () => {
    const url = await serve({ '': page('main.js'), 'main.js': await bundled('browser.mjs') }, STRICT);
    const { title, errors } = await titleOf(url);
    assert.equal(title, '-');
    assert.match(errors[0]?.message, /spanlink needs WebAssembly.*wasm-unsafe-eval/);
  });

  test('a Web Worker', async () => {
    const main =
      "const w = new Worker('/worker.js', { type: 'module' }); w.onmessage = ({ data }) => (document.title = data);";
    const files = { '': page('main.js'), 'main.js': main, 'worker.js': await bundled('web-worker.mjs') };
    const { title, errors } = await titleOf(await serve(files, POLICY));
    assert.deepEqual(errors, []);
    assertScenario(title);
  });

  test('the build of Vite', async () => {
    const outDir = elsewhere();
    await buildWithVite({
      root: project,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        emptyOutDir: false,
        lib: { entry: consumer('browser.mjs'), formats: ['es'], fileName: () => 'main.js' },
      },
    });
    const main = readFileSync(path.join(outDir, 'main.js'), 'utf8');
    const { title } = await titleOf(await serve({ '': page('main.js'), 'main.js': main }, POLICY));
    assertScenario(title);
  });

  test('the development server of Vite', async () => {
    const server = await createServer({
      root: project,
      configFile: false,
      logLevel: 'error',
      cacheDir: elsewhere(),
      server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, fs: { strict: false } },
      plugins: [
        {
          name: 'page',
          configureServer({ middlewares }) {
            middlewares.use((request, response, next) => {
              if (request.url === '/') response.end(page(path.relative(project, consumer('browser.mjs'))));
              else next();
            });
          },
        },
      ],
    });
    await server.listen();
    after(() => server.close());
    const { title, errors } = await titleOf(`http://127.0.0.1:${server.httpServer.address().port}/`);
    assert.deepEqual(errors, []);
    assertScenario(title);
  });
});
