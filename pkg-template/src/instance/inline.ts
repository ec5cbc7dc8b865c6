import { decodeBase64 } from '../base64.js';
import { base64 } from '../core/bytes.js';
import { instantiate } from './instantiate.js';

/** The module as text, part of the bundle: nothing is read and nothing awaited, in Node, Deno, Bun and browsers. */
export const core = instantiate(decodeBase64(base64));
