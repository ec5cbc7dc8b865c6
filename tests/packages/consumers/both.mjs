// One process that imports and requires: one instance, whose classes are the same.
import { createRequire } from 'node:module';
import * as imported from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

const required = createRequire(import.meta.url)('spanlink');
for (const name of Object.keys(imported)) {
  if (imported[name] !== required[name]) throw new Error(`${name} is another one`);
}
const { traceState } = imported.extract({
  headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1' },
});
if (!(traceState instanceof required.TraceState)) throw new Error('instanceof does not hold');
console.log(scenario(required, carriers));
