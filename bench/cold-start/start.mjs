// Loads a package in a process that has just started, and calls it once. Prints the milliseconds of both as JSON.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
const batch = ({ linkBatch }) => linkBatch([{ headers }]).links.length;

const ways = {
  'require spanlink': [() => require('spanlink'), batch],
  'import spanlink': [() => import('spanlink'), batch],
  'require @opentelemetry/core': [
    () => require('@opentelemetry/core'),
    ({ W3CTraceContextPropagator }) => {
      const { ROOT_CONTEXT, defaultTextMapGetter, trace } = require('@opentelemetry/api');
      const context = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      return trace.getSpanContext(context) ? 1 : 0;
    },
  ],
};

const [load, call] = ways[process.argv[2]];
const start = performance.now();
const loaded = await load();
const ready = performance.now();
const links = call(loaded);
const called = performance.now();
console.log(JSON.stringify({ load: ready - start, call: called - ready, links }));
