import module from '../core/core_bg.wasm';
import { instantiate } from './instantiate.js';

/** The module compiled at deployment: workerd, at early compatibility dates, compiles nothing while it runs. */
export const core = instantiate(module);
