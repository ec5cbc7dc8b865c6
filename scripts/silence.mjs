// Takes what a panic would say out of the module.
//
// A panic in WebAssembly is a trap, and nobody reads its message: there is no stderr. But the code that writes messages
// is a fourteenth of the module. Without it a panic traps at once, where it did after composing its text.
import binaryen from 'binaryen';

/** Where panics begin: each gets an `unreachable` for a body. */
const PANICS =
  /panicking::panic_fmt|rust_begin_unwind|slice_index_fail|unwrap_failed|raw_vec::handle_error|raw_vec::capacity_overflow|Fallibility::capacity_overflow|panic_already_|handle_alloc_error/;

/** What only they use, and tables of functions keep: formatting, payloads, and a binding's wakers of futures. */
const MESSAGES = /\bfmt::|panicking::|PanicPayload|::any::Any|alloc_error_hook|task_waker/;

/** The names of the functions that each function of a module calls, by name. */
function calls(text) {
  const functions = text.split(/\n \(func /).slice(1);
  const name = /^\$("[^"]*"|\S+)/;
  return functions.map((body) => ({
    caller: name.exec(body)[1],
    callees: [...body.matchAll(/\((?:return_)?call \$("[^"]*"|[^\s)]+)/g)].map(([, callee]) => callee),
  }));
}

/** Gives the module without messages. Fails where anything else than a panic needs what is taken out. */
export function silence(bytes) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  const silenced = (name) => PANICS.test(name) || MESSAGES.test(name);
  for (const { caller, callees } of calls(module.emitText())) {
    const needed = callees.find((callee) => silenced(callee) && !PANICS.test(callee));
    if (!silenced(caller) && needed) throw new Error(`${caller} calls ${needed}, which is for panics only`);
  }
  let count = 0;
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const reference = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(reference);
    if (base !== '' || !silenced(name)) continue;
    binaryen.Function(reference).setBody(module.unreachable());
    count++;
  }
  if (count === 0) throw new Error('no function of a panic was found: have their names changed?');
  return module.emitBinary();
}
