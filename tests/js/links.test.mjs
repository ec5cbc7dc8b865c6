// Single links: linkTo, fanOut, parentOrLink, and links that travel as JSON. Batches are in link-batch.test.mjs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  SpanlinkError,
  TraceState,
  dehydrateLinks,
  fanOut,
  linkTo,
  parentOrLink,
  rehydrateLinks,
} from 'spanlink';
import { headers, metadata } from 'spanlink/carriers';
import { context, flat, traceId, traceparent } from './support/vectors.mjs';

const event = (n, flags) => ({ headers: { traceparent: traceparent(n, flags) } });
const withState = (n, tracestate) => ({ headers: { traceparent: traceparent(n), tracestate } });
const remote = (n, flags = 1, traceState) => ({ ...context(n, flags), isRemote: true, traceState });
const coded = (code) => (error) => error instanceof SpanlinkError && error.code === code;
const contexts = (links) => links.map((link) => flat(link.context));
const ZERO = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

describe('linkTo', () => {
  test('a message with a context', () => {
    const link = linkTo(withState(1, 'a=1, b=2'), { attributes: { 'link.relationship': 'triggered_by' } });
    assert.deepEqual(flat(link.context), remote(1, 1, 'a=1,b=2'));
    assert.deepEqual(link.attributes, { 'link.relationship': 'triggered_by' });
  });

  test('without attributes there are none', () => {
    assert.deepEqual(linkTo(event(1)).attributes ?? {}, {});
  });

  test('attributes are copied', () => {
    const attributes = { 'link.event_type': 'order.created', list: ['x'] };
    const link = linkTo(event(1), { attributes });
    attributes['link.event_type'] = 'changed';
    assert.equal(link.attributes['link.event_type'], 'order.created');
    link.attributes.added = true;
    assert.equal('added' in attributes, false);
  });

  test('what no attribute can have for a value is left out', () => {
    const kept = {
      text: '',
      number: -0,
      flag: false,
      none: [],
      holes: ['a', null, undefined],
      numbers: [1, NaN],
    };
    const others = {
      mixed: [1, 'a'],
      nested: [['a']],
      objects: [{}],
      object: {},
      date: new Date(0),
      bigint: 1n,
    };
    const rest = {
      null: null,
      undefined,
      symbol: Symbol('a'),
      function: () => 'a',
      bytes: new Uint8Array(1),
    };
    assert.deepEqual(linkTo(event(1), { attributes: { ...others, ...kept, ...rest } }).attributes, kept);
    assert.equal(linkTo(event(1), { attributes: others }).attributes, undefined);
  });

  for (const [name, message] of [
    ['no headers', {}],
    ['null', null],
    ['text', traceparent(1)],
    ['a broken traceparent', { headers: { traceparent: 'x' } }],
    ['a zero span id', { headers: { traceparent: `00-${traceId(1)}-${'0'.repeat(16)}-01` } }],
  ]) {
    test(`${name}: no link`, () => assert.equal(linkTo(message), undefined));
  }

  test('the event envelope: metadata present, empty, absent', () => {
    const metadataOf = (fields) => linkTo({ type: 'x', metadata: fields }, { reader: metadata });
    assert.deepEqual(
      flat(metadataOf({ traceparent: traceparent(1), tracestate: 'a=1' }).context),
      remote(1, 1, 'a=1'),
    );
    assert.equal(metadataOf({ traceparent: '', tracestate: '' }), undefined);
    assert.equal(metadataOf({}), undefined);
    assert.equal(metadataOf(undefined), undefined);
  });

  test('a reader that is none', () => {
    for (const reader of ['sqs', 7, {}, null]) {
      assert.throws(() => linkTo(event(1), { reader }), coded('invalid_option'));
    }
    assert.equal(linkTo(event(1), { reader: metadata }), undefined);
    assert.deepEqual(flat(linkTo(event(1), { reader: headers }).context), remote(1));
  });
});

describe('fanOut', () => {
  const consumers = {
    email: { attributes: { 'link.relationship': 'notifies', 'consumer.name': 'email' } },
    billing: {},
    audit: { attributes: { 'consumer.name': 'audit' } },
  };

  test('a link for each consumer, with its own attributes', () => {
    const out = fanOut(withState(1, 'a=1'), consumers);
    assert.deepEqual(Object.keys(out), ['email', 'billing', 'audit']);
    for (const links of Object.values(out)) assert.deepEqual(contexts(links), [remote(1, 1, 'a=1')]);
    assert.equal(out.email[0].attributes['link.relationship'], 'notifies');
    assert.equal(out.email[0].attributes['consumer.name'], 'email');
    assert.equal(out.audit[0].attributes['consumer.name'], 'audit');
    assert.equal(out.audit[0].attributes['link.relationship'], undefined);
    assert.equal(out.billing[0].attributes?.['consumer.name'], undefined);
  });

  test('the consumers share neither lists nor attributes', () => {
    const out = fanOut(event(1), { a: consumers.audit, b: consumers.audit });
    out.a[0].attributes.changed = true;
    out.a.length = 0;
    assert.equal(out.b.length, 1);
    assert.equal('changed' in out.b[0].attributes, false);
    assert.equal('changed' in consumers.audit.attributes, false);
  });

  test('no context: an empty list for each', () => {
    for (const message of [{}, null, { headers: { traceparent: 'x' } }]) {
      assert.deepEqual({ ...fanOut(message, consumers) }, { email: [], billing: [], audit: [] });
    }
  });

  test('no consumers', () => assert.deepEqual({ ...fanOut(event(1), {}) }, {}));

  test('consumers that are no object', () => {
    for (const bad of [undefined, null, 'billing', ['billing', 'shipping']]) {
      assert.throws(() => fanOut(event(1), bad), coded('invalid_option'));
    }
  });

  test('the message is read once', () => {
    let reads = 0;
    const message = {
      get headers() {
        reads++;
        return event(1).headers;
      },
    };
    const once = fanOut(message, { a: {} });
    const forOne = reads;
    reads = 0;
    const thrice = fanOut(message, consumers);
    assert.equal(reads, forOne);
    assert.deepEqual(contexts(thrice.audit), contexts(once.a));
  });

  test('a named reader', () => {
    assert.deepEqual(fanOut(event(1), { a: {} }, { reader: metadata }).a, []);
    assert.equal(fanOut(event(1), { a: {} }, { reader: headers }).a.length, 1);
  });
});

describe('parentOrLink', () => {
  const ambient = context(9);
  const plain = ({ parent, links, root }) => ({
    parent: parent && flat(parent).traceId,
    links: links.map((link) => link.context.traceId),
    root,
  });
  const [MESSAGE, AMBIENT] = [traceId(1), traceId(9)];
  const late = { enqueuedAt: 1000, now: 2001, maxDelayMs: 1000 };

  for (const [name, message, options, parent, links, root] of [
    ['no context, no ambient span', {}, {}, undefined, [], true],
    ['no context, an ambient span', {}, { ambient }, AMBIENT, [], false],
    ['no context in a batch', {}, { batch: true }, undefined, [], true],
    ['a broken context', { headers: { traceparent: 'x' } }, { ambient }, AMBIENT, [], false],
    ['a message alone is the parent', event(1), {}, MESSAGE, [], false],
    ['batch false is a message alone', event(1), { batch: false }, MESSAGE, [], false],
    ['inside an ambient span it is a link', event(1), { ambient }, AMBIENT, [MESSAGE], false],
    ['an invalid ambient span is none', event(1), { ambient: ZERO }, MESSAGE, [], false],
    ['an invalid ambient span, no context', {}, { ambient: ZERO }, undefined, [], true],
    ['a batch is never a child', event(1), { batch: true }, undefined, [MESSAGE], true],
    ['a batch inside an ambient span', event(1), { batch: true, ambient }, AMBIENT, [MESSAGE], false],
    ['a batch beside an invalid span', event(1), { batch: true, ambient: ZERO }, undefined, [MESSAGE], true],
    ['a message that waited too long', event(1), late, undefined, [MESSAGE], true],
    ['too long, inside an ambient span', event(1), { ...late, ambient }, AMBIENT, [MESSAGE], false],
    ['a message just in time', event(1), { ...late, now: 2000 }, MESSAGE, [], false],
    ['a message from the future', event(1), { ...late, now: 0 }, MESSAGE, [], false],
    ['no largest delay', event(1), { ...late, maxDelayMs: undefined }, MESSAGE, [], false],
    ['no time of entry', event(1), { ...late, enqueuedAt: undefined }, MESSAGE, [], false],
    ['a time of entry that is none', event(1), { ...late, enqueuedAt: -Infinity }, MESSAGE, [], false],
    ['no delay at all allowed', event(1), { ...late, maxDelayMs: 0, now: 1001 }, undefined, [MESSAGE], true],
    ['not sampled is a context too', event(1, 0), {}, MESSAGE, [], false],
  ]) {
    test(name, () => assert.deepEqual(plain(parentOrLink(message, options)), { parent, links, root }));
  }

  test('the clock is Date.now when none is given', () => {
    const old = parentOrLink(event(1), { enqueuedAt: Date.now() - 60_000, maxDelayMs: 30_000 });
    assert.deepEqual(plain(old), { parent: undefined, links: [MESSAGE], root: true });
    const fresh = parentOrLink(event(1), { enqueuedAt: Date.now() - 1000, maxDelayMs: 30_000 });
    assert.deepEqual(plain(fresh), { parent: MESSAGE, links: [], root: false });
  });

  test('the parent is a remote context with its trace state', () => {
    assert.deepEqual(flat(parentOrLink(withState(1, 'a=1')).parent), remote(1, 1, 'a=1'));
  });

  test('the same context as the ambient span', () => {
    const out = parentOrLink(event(9), { ambient });
    assert.equal(out.parent.traceId, AMBIENT);
    assert.equal(out.root, false);
  });

  test('a batch that is neither true nor false', () => {
    for (const bad of ['false', 'true', 0, 1, null, {}]) {
      assert.throws(() => parentOrLink(event(1), { batch: bad }), coded('invalid_option'));
    }
  });

  test('options that are no numbers', () => {
    for (const bad of [NaN, '5', -1]) {
      assert.throws(() => parentOrLink(event(1), { ...late, maxDelayMs: bad }), coded('invalid_option'));
    }
    for (const bad of [NaN, '5', null]) {
      assert.throws(() => parentOrLink(event(1), { ...late, now: bad }), coded('invalid_option'));
      assert.throws(() => parentOrLink(event(1), { now: bad }), coded('invalid_option'));
    }
  });
});

describe('links as JSON', () => {
  const links = [
    linkTo(withState(1, 'a=1,2=b'), {
      attributes: { 'link.relationship': 'x', n: 1.5, flag: true, list: ['a', 'b'] },
    }),
    linkTo(event(2, 3)),
  ];
  const assertSame = (back) => {
    assert.deepEqual(contexts(back), contexts(links));
    assert.ok(back[0].context.traceState instanceof TraceState);
    back.forEach((link, index) => {
      assert.deepEqual(link.attributes ?? {}, links[index].attributes ?? {});
    });
  };

  test('through JSON', () => assertSame(rehydrateLinks(JSON.parse(JSON.stringify(dehydrateLinks(links))))));

  test('through structuredClone', () => assertSame(rehydrateLinks(structuredClone(dehydrateLinks(links)))));

  test('what is dehydrated is plain, and stays what it is', () => {
    const plain = dehydrateLinks(links);
    assert.deepEqual(JSON.parse(JSON.stringify(plain)), plain);
    assert.deepEqual(dehydrateLinks(plain), plain);
  });

  test('twice', () => assertSame(rehydrateLinks(dehydrateLinks(rehydrateLinks(dehydrateLinks(links))))));

  test('whether a context was received from elsewhere; it was, where nothing is said', () => {
    const remoteOf = (isRemote) => {
      const stored = dehydrateLinks([{ context: { ...context(1), isRemote } }]);
      return [stored[0].context.isRemote, rehydrateLinks(stored)[0].context.isRemote];
    };
    assert.deepEqual(remoteOf(true), [true, true]);
    assert.deepEqual(remoteOf(false), [false, false]);
    assert.deepEqual(remoteOf(undefined), [false, false]);
    assert.equal(rehydrateLinks([{ context: context(1) }])[0].context.isRemote, true);
  });

  test('a trace state that is not ours', () => {
    const foreign = {
      serialize: () => 'x=1',
      get: () => '1',
      set: () => foreign,
      unset: () => foreign,
    };
    const [back] = rehydrateLinks(dehydrateLinks([{ context: { ...context(1), traceState: foreign } }]));
    assert.equal(back.context.traceState.serialize(), 'x=1');
  });

  test('none', () => {
    assert.deepEqual(dehydrateLinks([]), []);
    assert.deepEqual(rehydrateLinks([]), []);
  });

  for (const value of [undefined, null, 7, 'text', {}, [null], [7, 'x', []], [{}], [{ context: null }]]) {
    test(`not links: ${JSON.stringify(value)}`, () => assert.deepEqual(rehydrateLinks(value), []));
  }

  test('what is not a link is left out, the rest stays', () => {
    const text = JSON.stringify(dehydrateLinks(links));
    const broken = JSON.parse(text.replace(traceId(1), traceId(1).toUpperCase()));
    assert.deepEqual(contexts(rehydrateLinks(broken)), contexts(links.slice(1)));
    const zero = JSON.parse(text.replace(traceId(2), '0'.repeat(32)));
    assert.deepEqual(contexts(rehydrateLinks(zero)), contexts(links.slice(0, 1)));
    const mixed = [null, ...JSON.parse(text), 'x', { context: {} }];
    assertSame(rehydrateLinks(mixed));
  });

  test('a broken trace state does not cost the link', () => {
    const broken = JSON.parse(JSON.stringify(dehydrateLinks(links)).replace('a=1,2=b', 'A=1'));
    const [first] = rehydrateLinks(broken);
    assert.deepEqual(flat(first.context), remote(1));
  });

  test('to dehydrate what is no list is misuse; what is not a link is left out', () => {
    for (const value of [undefined, null, 7, {}, links[0]]) {
      assert.throws(() => dehydrateLinks(value), coded('invalid_option'));
    }
    assertSame(rehydrateLinks(dehydrateLinks([null, links[0], { context: ZERO }, links[1], {}])));
  });
});
