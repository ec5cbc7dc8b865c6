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

  const wholeTo = (most) => `must be a whole number from 0 to ${most}`;
  const MESSAGES = [
    ['name', 7, 'name', 'must be well-formed text'],
    ['name', null, 'name', 'must be well-formed text'],
    ['name', 'join \ud800', 'name', 'must be well-formed text'],
    ['attributePrefix', 5, 'attributePrefix', 'must be well-formed text'],
    ['version', -1, 'version', wholeTo('2^32 - 1')],
    ['timeoutMs', 1.5, 'timeoutMs', wholeTo('2^53 - 1')],
    ['timeoutMs', 2 ** 53, 'timeoutMs', wholeTo('2^53 - 1')],
    ['timeoutMs', '1000', 'timeoutMs', wholeTo('2^53 - 1')],
    ['retainMs', true, 'retainMs', wholeTo('2^53 - 1')],
    ['maxPending', 2 ** 32, 'maxPending', wholeTo('2^32 - 1')],
    ['maxTombstones', 0.5, 'maxTombstones', wholeTo('2^32 - 1')],
    ['maxBytes', '1MB', 'maxBytes', wholeTo('2^32 - 1')],
    ['maxKeyBytes', {}, 'maxKeyBytes', wholeTo('2^32 - 1')],
    ['maxLinks', [1], 'maxLinks', wholeTo('2^32 - 1')],
    ['maxLinks', 0, 'maxLinks', 'must be at least 1'],
    ['onFull', 'drop', 'onFull', 'must be `reject` or `evictOldest`'],
    ['onFull', {}, 'onFull', 'must be `reject` or `evictOldest`'],
    ['complete', 'any', 'complete', 'must be `all`, or have `slots` or `arrivals`'],
    ['complete', null, 'complete', 'must be `all`, or have `slots` or `arrivals`'],
    ['complete', {}, 'complete', 'must be `all`, or have `slots` or `arrivals`'],
    ['complete', { slots: 1, arrivals: 1 }, 'complete', 'must not have both `slots` and `arrivals`'],
    ['complete', { slots: '1' }, 'complete.slots', wholeTo('2^32 - 1')],
    [
      'complete',
      { arrivals: 3 },
      'complete.arrivals',
      'must be from 1 to the sum of `max` of all slots, or it can never hold',
    ],
    ['slots', [], 'slots', 'must be an object'],
    ['slots', { a: 1 }, 'slots.a', 'must be an object'],
    ['slots', { a: { min: -1 } }, 'slots.a.min', wholeTo('2^32 - 1')],
    ['slots', { a: { max: '2' } }, 'slots.a.max', wholeTo('2^32 - 1')],
    ['slots', { a: { max: 0 } }, 'slots.a.max', 'must be at least 1'],
    ['slots', { a: { relationship: 1 } }, 'slots.a.relationship', 'must be well-formed text'],
    ['slots', { '\udc00': {} }, 'slots.\udc00', 'must be well-formed text'],
    ['slots', { a: { relationship: '\ud800' } }, 'slots.a.relationship', 'must be well-formed text'],
    ['slots', { a: { onConflict: 'keepLast' } }, 'slots.a.onConflict', 'must be `keepFirst` or `replace`'],
    ['slots', { a: { attributes: 'x' } }, 'slots.a.attributes', 'must be an object'],
  ];
  for (const [option, value, named, expected] of MESSAGES) {
    test(`the message about ${option} ${JSON.stringify(value)}`, () =>
      assert.throws(() => new FanIn({ ...base, [option]: value }), {
        name: 'SpanlinkError',
        code: 'invalid_definition',
        message: `\`${named}\` ${expected}`,
      }));
  }

  test('a message does not repeat what is long', () => {
    const long = 'x'.repeat(1e6);
    for (const options of [{ onFull: long }, { slots: { [long]: { min: '1' } } }, { slots: { [long]: 1 } }]) {
      assertInvalid({ ...base, ...options });
    }
  });

  test('the largest numbers are kept', () => {
    const most = { timeoutMs: 2 ** 53 - 1, retainMs: 2 ** 53 - 1, maxTombstones: 2 ** 32 - 1 };
    const fanIn = new FanIn({ ...base, ...most, maxPending: 2 ** 32 - 1 }, { now: () => 1 });
    fanIn.offer('k', 'a', {});
    assert.equal(fanIn.nextDeadline(), 2 ** 53);
    fanIn.free();
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
