// The same package from CommonJS, under resolution rules by which it could not `require` an ES module.
import spanlink = require('spanlink');
import { FanIn, linkBatch, SpanlinkError, TraceState, type LinkBatch, type Outcome } from 'spanlink';
import { auto, custom, type CarrierReader } from 'spanlink/carriers';

const batch: LinkBatch = linkBatch([{}], { reader: auto });
const reader: CarrierReader = custom(() => undefined);
const fanIn: FanIn = new FanIn({ name: 'a', slots: { a: {} }, timeoutMs: 1 });
const outcome: Outcome = fanIn.offer('key', 'a', {}, { reader });
const state: TraceState | undefined = spanlink.TraceState.parse('a=1');

export const seen = [batch.links, outcome.status, state, SpanlinkError.name];
// @ts-expect-error not one of the policies
linkBatch([], { overflow: 'random' });
