// A Worker, or an edge function: what is served is the line of the scenario.
import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

export default { fetch: () => new Response(scenario(spanlink, carriers)) };
