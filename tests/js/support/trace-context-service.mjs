// A service that hands trace context on, as the W3C conformance suite asks for it: it is sent a list of addresses, and
// calls each of them with a context of its own making. It knows of trace context what `extract` and `inject` know.
import { once } from 'node:events';
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { extract, inject } from 'spanlink';
import { headers as reader } from 'spanlink/carriers';

const hex = (bytes) => randomBytes(bytes).toString('hex');

/** Where a request keeps its headers: each of these must do. */
export const FORMS = {
  rawHeaders: (request) => request.rawHeaders,
  headersDistinct: (request) => request.headersDistinct,
  headers: (request) => request.headers,
  request: (request) => request,
};

/** Sends a request, headers as a list of names and values, and gives the body of the answer. */
export async function send(url, headers, body) {
  // A flat list is sent as it is, repeated names and all: nothing is added to it.
  const needed = { host: new URL(url).host, connection: 'close', 'content-length': Buffer.byteLength(body) };
  const flat = [...Object.entries(needed), ...headers].flat().map(String);
  const request = http.request(url, { method: 'POST', headers: flat });
  request.end(body);
  const [response] = await once(request, 'response');
  return bodyOf(response);
}

async function bodyOf(message) {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
}

/** Listens on a free port of this machine; `answer` gets a request and its body. Gives the address and how to end. */
export async function listen(answer) {
  const server = http.createServer(async (request, response) => {
    response.end(await answer(request, await bodyOf(request)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The service. The path of a request says in which form its headers are read. */
export const startService = () =>
  listen(async (request, body) => {
    const received = extract(FORMS[request.url.slice(1)](request), reader);
    const trace = received ?? { traceId: hex(16), traceFlags: 0 };
    for (const url of JSON.parse(body)) {
      const carrier = inject({ ...trace, spanId: hex(8) }, []);
      await send(url, carrier, '');
    }
    return 'done';
  });
