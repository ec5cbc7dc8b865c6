import { initSync } from '../core/core.js';
import type { InitOutput } from '../core/core.js';

/** Makes the instance of a module, or of its bytes. */
export function instantiate(module: WebAssembly.Module | Uint8Array<ArrayBuffer>): InitOutput {
  try {
    return initSync({ module });
  } catch (cause) {
    // Which error it is, and what it says, differs from host to host.
    throw new Error(
      'spanlink needs WebAssembly, and this host refused to compile it: a Content-Security-Policy must allow ' +
        "`script-src 'wasm-unsafe-eval'`; Workers need the `workerd` condition of the package, or a compatibility " +
        'date from 2025-06-01 on',
      { cause },
    );
  }
}
