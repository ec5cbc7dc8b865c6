import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

addEventListener('fetch', (event) => event.respondWith(new Response(scenario(spanlink, carriers))));
