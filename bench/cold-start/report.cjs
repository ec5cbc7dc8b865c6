const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

/** What is done once with each package. Gives the number of contexts found. */
const calls = {
  spanlink: ({ linkBatch }) => linkBatch([{ headers }]).links.length,
  '@opentelemetry/core': ({ W3CTraceContextPropagator }) => {
    const { ROOT_CONTEXT, defaultTextMapGetter, trace } = require('@opentelemetry/api');
    const context = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    return trace.getSpanContext(context) ? 1 : 0;
  },
};

/** Loads a package and calls it. Prints the milliseconds of both as JSON. */
exports.report = async (load, name) => {
  const start = process.hrtime.bigint();
  const loading = load();
  // What was required is there; to wait for it would cost a turn.
  const loaded = loading instanceof Promise ? await loading : loading;
  const ready = process.hrtime.bigint();
  const links = calls[name](loaded);
  const called = process.hrtime.bigint();
  console.log(
    JSON.stringify({ load: Number(ready - start) / 1e6, call: Number(called - ready) / 1e6, links }),
  );
};
