// Puts traps in the place of functions.
import binaryen from 'binaryen';

/**
 * Has the functions of a module that `isTrap` says by their names do nothing but trap. Gives the name of the first; fails
 * where there is none: `what` they are.
 */
export function trapFunctions(module, isTrap, what) {
  let first;
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const reference = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(reference);
    // One with a base is imported, and has no body.
    if (base !== '' || !isTrap(name)) continue;
    binaryen.Function(reference).setBody(module.unreachable());
    first ??= name;
  }
  if (first === undefined) throw new Error(`no function ${what} was found: have their names changed?`);
  return first;
}
