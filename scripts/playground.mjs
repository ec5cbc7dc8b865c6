// `npm run playground`: builds the package, and serves the page that runs it in the browser, on this machine alone.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { main } from './main.mjs';
import { inRoot, nodeModules } from './paths.mjs';
import { must } from './run.mjs';

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
};
// What is served, by the first part of its address.
const FOLDERS = {
  playground: inRoot('examples-js', 'playground'),
  demo: inRoot('examples-js', 'demo'),
  spanlink: path.join(nodeModules, 'spanlink'),
};

function policy() {
  const page = readFileSync(path.join(FOLDERS.playground, 'index.html'), 'utf8');
  const [, importMap] = page.match(/<script type="importmap">(.*?)<\/script>/s);
  const hash = createHash('sha256').update(importMap).digest('base64');
  return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/** The file of an address; undefined for any that is not served. */
function fileOf(address) {
  const here = 'http://127.0.0.1';
  if (!URL.canParse(address, here)) return undefined;
  const { pathname } = new URL(address, here);
  const [, folder, ...rest] = (pathname === '/' ? '/playground/index.html' : pathname).split('/');
  if (!Object.hasOwn(FOLDERS, folder)) return undefined;
  const file = path.join(FOLDERS[folder], ...rest);
  const isInside = file.startsWith(FOLDERS[folder] + path.sep) && path.extname(file) in TYPES;
  return isInside && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** Serves the page on a free port of 127.0.0.1, or on the one given. */
export async function servePlayground(port = 0) {
  const server = http.createServer((request, response) => {
    const file = fileOf(request.url);
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': `${TYPES[path.extname(file)]}; charset=utf-8`,
      'content-security-policy': policy(),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(readFileSync(file));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

await main(import.meta, async () => {
  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  const { url } = await servePlayground(Number(process.env.PORT ?? 0));
  console.log(`\nplayground: ${url} (Ctrl+C ends it)`);
});
