// The scenarios of fan-in joins, and the table of definitions.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FanIn, SpanlinkError } from 'spanlink';
import { runScenario } from './support/scenario.mjs';
import { vectors } from './support/vectors.mjs';

describe('scenarios', () => {
  for (const row of vectors('fan-in.json')) test(`${row.name}: ${row.note}`, () => runScenario(row));
});

const isInvalidDefinition = (error) => {
  assert.ok(error instanceof SpanlinkError, `a SpanlinkError, not ${error}`);
  assert.equal(error.code, 'invalid_definition');
  assert.ok(error.message.length > 0 && error.message.length < 1000);
  return true;
};

const assertInvalid = (definition) => assert.throws(() => new FanIn(definition), isInvalidDefinition);

describe('definitions', () => {
  for (const { name, definition, expected } of vectors('definitions.json')) {
    test(`${name}: ${expected}`, () => {
      if (expected !== 'ok') return assertInvalid(definition);
      const fanIn = new FanIn(definition, { now: () => 5 });
      const [slot] = Object.keys(definition.slots);
      const { status } = fanIn.offer('k', slot, {}, { eventId: 'e' });
      assert.ok(status === 'pending' || status === 'complete', status);
      fanIn.free();
    });
  }
});

describe('definitions that JSON cannot hold', () => {
  const base = { name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1000 };
  const NUMBERS = [
    'timeoutMs',
    'retainMs',
    'maxPending',
    'maxTombstones',
    'maxBytes',
    'maxKeyBytes',
    'maxLinks',
  ];

  for (const option of NUMBERS) {
    for (const value of [NaN, -Infinity, Symbol('1'), () => 1]) {
      test(`${option} ${String(value)}`, () => assertInvalid({ ...base, [option]: value }));
    }
  }
  test('timeoutMs Infinity', () => assertInvalid({ ...base, timeoutMs: Infinity }));
  for (const value of [NaN, Infinity, Symbol('1')]) {
    test(`min ${String(value)}`, () => assertInvalid({ ...base, slots: { a: { min: value } } }));
    test(`max ${String(value)}`, () => assertInvalid({ ...base, slots: { a: { max: value } } }));
    test(`complete ${String(value)} slots`, () => assertInvalid({ ...base, complete: { slots: value } }));
    test(`complete ${String(value)} arrivals`, () =>
      assertInvalid({ ...base, complete: { arrivals: value } }));
  }
  for (const definition of [undefined, Symbol('x'), 7n, () => base]) {
    test(`${String(definition)} instead of a definition`, () => assertInvalid(definition));
  }

  const slots = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`slot-${i}`, {}]));
  test('1024 slots', () => {
    const fanIn = new FanIn({ ...base, slots: slots(1024) });
    assert.equal(fanIn.offer('k', 'slot-1023', {}).missing.length, 1023);
    fanIn.free();
  });
  test('1025 slots', () => assertInvalid({ ...base, slots: slots(1025) }));

  test('a message that names the option, and does not repeat a long value', () => {
    assert.throws(
      () => new FanIn({ ...base, onFull: 'x'.repeat(1e6) }),
      (error) => isInvalidDefinition(error) && error.message.includes('onFull'),
    );
  });

  test('undefined is not given', () => {
    const undefinedOptions = Object.fromEntries([...NUMBERS.slice(1), 'version', 'complete'].map((k) => [k]));
    const fanIn = new FanIn({
      ...base,
      ...undefinedOptions,
      slots: { a: { min: undefined, max: undefined } },
    });
    assert.equal(fanIn.offer('k', 'a', {}).status, 'complete');
    fanIn.free();
  });
});
