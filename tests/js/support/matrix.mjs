// Tries every hostile value in each of a table of calls. Messages may hold anything: they are answered with a value. What
// the developer writes may be wrong: then a SpanlinkError, or the error that the value itself threw. Nothing else, and
// the next call is right.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hostileValues, isItsOwn } from './hostile-values.mjs';
import { assertStillGood, isDocumented } from './known-good.mjs';

const told = (error) => `${error?.name} ${error?.code ?? ''} ${error?.stack ?? error}`;

/** A test for each call; `fault` says of what it throws whether that is one. All faults are told at once. */
function tryAll(title, calls, fault) {
  describe(title, () => {
    for (const [name, call] of Object.entries(calls)) {
      test(name, () => {
        const faults = [];
        for (const [what, value] of hostileValues()) {
          try {
            call(value);
          } catch (error) {
            if (fault(error, what)) faults.push(`${what}: ${told(error)}`);
          }
          assertStillGood(what);
        }
        assert.equal(faults.length, 0, faults.join('\n'));
      });
    }
  });
}

/** Calls with what a message, a header or a stored value holds: never a reason to throw. */
export function answersWithValue(calls) {
  tryAll('untrusted input is answered with a value', calls, () => true);
}

// What the language itself throws a TypeError for, when it iterates or calls them, before any code of ours.
const LANGUAGE = {
  'an iterable without next': /is not a function/,
  'bytes of a detached buffer': /prototype\.values/,
  'a class': /^Class constructor/,
};
const isLanguages = (error, what) => error instanceof TypeError && LANGUAGE[what]?.test(error.message);

/** Calls with what the developer writes. */
export function failsAsDocumented(calls) {
  tryAll(
    'misuse is a value, a documented error, or the error that the value threw',
    calls,
    (error, what) => !isDocumented(error) && !isItsOwn(error) && !isLanguages(error, what),
  );
}
