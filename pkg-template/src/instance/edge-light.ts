/** The module compiled by the bundler: edge runtimes compile nothing while they run. */
import module from '../core/core_bg.wasm?module';
import { instantiate } from './instantiate.js';

export const core = instantiate(module);
