import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

postMessage(scenario(spanlink, carriers));
