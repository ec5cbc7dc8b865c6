import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

document.title = scenario(spanlink, carriers);
