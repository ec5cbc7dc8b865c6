// Links that cross to a worker thread and back: postMessage clones them, and takes the methods of a trace state away.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { dehydrateLinks, linkBatch, rehydrateLinks } from 'spanlink';
import { flat, traceparent } from './support/vectors.mjs';

/** Rehydrates what it is sent with the spanlink of its own thread, and sends it back as it found it. */
const ECHO = `
import { parentPort } from 'node:worker_threads';
import { TraceState, dehydrateLinks, linkTo, rehydrateLinks } from 'spanlink';
parentPort.once('message', (sent) => {
  const links = rehydrateLinks(sent);
  const own = linkTo({ headers: { traceparent: '${traceparent(9)}', tracestate: 'worker=1' } });
  const isOurs = links[0].context.traceState instanceof TraceState;
  parentPort.postMessage({ back: dehydrateLinks([...links, own]), isOurs });
});
`;

test('links go to a worker thread and come back', async () => {
  const messages = [1, 2, 3].map((n) => ({
    headers: { traceparent: traceparent(n, n % 2), tracestate: n === 1 ? 'a=1,2=b' : undefined },
  }));
  const { links } = linkBatch(messages, { attributes: (_, index) => ({ 'event.id': index }) });
  // A data address has no place to find packages from, so the worker is told where this one is.
  const source = ECHO.replace("from 'spanlink'", `from '${import.meta.resolve('spanlink')}'`);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  try {
    worker.postMessage(dehydrateLinks(links));
    const [{ back, isOurs }] = await once(worker, 'message');
    assert.equal(isOurs, true, 'in the worker it is a TraceState again');
    const returned = rehydrateLinks(back);
    assert.deepEqual(
      returned.slice(0, 3).map(({ context }) => flat(context)),
      links.map(({ context }) => flat(context)),
    );
    assert.deepEqual(
      returned.slice(0, 3).map(({ attributes }) => attributes),
      links.map(({ attributes }) => attributes),
    );
    assert.equal(returned[3].context.traceState.serialize(), 'worker=1');
  } finally {
    await worker.terminate();
  }
});
