import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../../support/scenario.mjs';

export const runtime = 'edge';

export const GET = () => new Response(scenario(spanlink, carriers));
