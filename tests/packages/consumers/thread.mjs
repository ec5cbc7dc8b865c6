import { parentPort } from 'node:worker_threads';
import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

parentPort.postMessage(scenario(spanlink, carriers));
