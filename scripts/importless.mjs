// Has the module import nothing. Node 20 compiles a wrapper for each function that is imported, before the module is
// ready: five of them took 1 ms of a cold start, one 0.4.
import binaryen from 'binaryen';
import { trapFunctions } from './traps.mjs';

/** Where wasm-bindgen throws an error of JavaScript: for an object that was freed, or is in use. */
const THROWS = /^_ZN12wasm_bindgen(?:4__rt10throw_null|9throw_str)17h/;

/**
 * Prepares what cargo made for wasm-bindgen. Its own errors are traps: nobody but `FanIn` has its objects, and that asks
 * them nothing once they are freed. And it makes no table of JavaScript's values: none crosses, but it makes one for
 * every module that may have one.
 */
export function withoutImports(bytes) {
  // Keeps the names of functions: by them panics are found, later.
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  const { ReferenceTypes, CallIndirectOverlong } = binaryen.Features;
  module.setFeatures(module.getFeatures() & ~(ReferenceTypes | CallIndirectOverlong));
  trapFunctions(module, (name) => THROWS.test(name), 'that throws');
  return Buffer.from(module.emitBinary());
}

/** Fails where a module imports anything. */
export function assertImportless(bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length > 0) throw new Error(`the module imports ${imports.map(({ name }) => name)}`);
}
