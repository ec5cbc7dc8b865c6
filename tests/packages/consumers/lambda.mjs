// The entry of a function that is bundled into one file.
import * as spanlink from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { scenario } from '../support/scenario.mjs';

export const handler = async () => scenario(spanlink, carriers);
