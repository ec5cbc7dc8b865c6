import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'undici';
import { handler } from '../../examples-js/consumers/fetch.mjs';
import { serve } from '../../examples-js/consumers/http.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

const received = [];
const server = serve((message) => void received.push(message)).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const url = `http://127.0.0.1:${server.address().port}/`;

for (const [name, post] of [
  ['fetch', (headers) => fetch(url, { method: 'POST', headers })],
  ['undici', (headers) => request(url, { method: 'POST', headers })],
]) {
  test(`HTTP, sent with ${name}, received by node:http`, async () => {
    received.length = 0;
    const sent = await produce(post);
    await post({});
    const [message, bare] = received;
    for (const form of [message, message.headers, message.rawHeaders, message.headersDistinct]) {
      assertRead(form, 'headers', sent);
    }
    assertBare(bare, 'headers');
    await assertLinked([sent], 'process order');
  });
}

test('Fetch: a Request and its Headers', async () => {
  const requests = [];
  const handle = handler((message) => void requests.push(message));
  const sent = await produce((headers) => handle(new Request(url, { headers })));
  assert.equal((await handle(new Request(url))).status, 202);
  assertRead(requests[0], 'headers', sent);
  assertRead(requests[0].headers, 'headers', sent);
  assertBare(requests[1], 'headers');
  await assertLinked([sent], 'process order');
});
