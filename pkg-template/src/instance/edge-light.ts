import module from '../core/core_bg.wasm?module';
import { instantiate } from './instantiate.js';

/** The module compiled by the bundler: edge runtimes compile nothing while they run. */
export const core = instantiate(module);
