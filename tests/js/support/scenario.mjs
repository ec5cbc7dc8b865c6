// Runs a scenario of vectors/fan-in.json: each step against a FanIn whose clock is the step's own.
import assert from 'node:assert/strict';
import { FanIn, parseTraceparent } from 'spanlink';
import { flat, textOrBytes } from './vectors.mjs';

const linkAs = (expected) => (link) => ({
  traceId: link.context.traceId,
  spanId: link.context.spanId,
  ...('relationship' in expected ? { relationship: link.attributes['link.relationship'] } : {}),
  ...(link.context.traceState ? { traceState: link.context.traceState.serialize() } : {}),
});

export function assertLinks(links, expected, message) {
  assert.equal(links.length, expected.length, `${message}: how many links`);
  links.forEach((link, index) => {
    assert.deepEqual(linkAs(expected[index])(link), expected[index], `${message}: link ${index}`);
    assert.equal(link.context.isRemote, true, `${message}: link ${index} is remote`);
  });
}

// Only the fields that a row names are compared; `null` stands for undefined.
function assertFields(actual, expected, message) {
  for (const [field, value] of Object.entries(expected)) {
    const label = `${message}: ${field}`;
    if (field === 'links') assertLinks(actual.links, value, label);
    else if (field === 'attributes') assertFields(actual.attributes, value, label);
    else if (field === 'settledBy' && value) {
      const { traceId, spanId, traceFlags } = flat(actual.settledBy);
      assert.deepEqual({ traceId, spanId, traceFlags }, value, label);
    } else assert.deepEqual(actual[field], value ?? undefined, label);
  }
}

const message = ({ traceparent, tracestate }) => ({
  headers: { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) },
});

const settledBy = ({ traceparent }) => (traceparent ? parseTraceparent(traceparent) : undefined);

class Scenario {
  #now = 0;
  #completionIds = [];
  #clock = { now: () => this.#now };

  constructor(definition) {
    this.definition = definition;
    this.fanIn = new FanIn(definition, this.#clock);
  }

  run(step, index) {
    if ('at' in step) this.#now = step.at;
    if (step.offer) this.#offer(step, index);
    else if (step.expire) this.#expire(step);
    else if (step.settle) {
      assert.equal(this.fanIn.settle(textOrBytes(step.settle.key), settledBy(step.settle)), step.answer);
    } else if ('inspect' in step) {
      const answer = step.answer ?? undefined;
      assert.deepEqual(this.fanIn.inspect(textOrBytes(step.inspect)), answer);
    } else if ('forget' in step) assert.equal(this.fanIn.forget(textOrBytes(step.forget)), step.answer);
    else if ('nextDeadline' in step) assert.equal(this.fanIn.nextDeadline(), step.nextDeadline ?? undefined);
    else if (step.stats) assertFields(this.fanIn.stats(), step.stats, 'stats');
    else assert.fail(`a step of no known kind: ${JSON.stringify(step)}`);
  }

  #offer({ offer, outcome, sameCompletionIdAs, otherCompletionIdThan }, index) {
    const arrival = 'eventId' in offer ? { eventId: offer.eventId } : undefined;
    const actual = this.fanIn.offer(textOrBytes(offer.key), offer.slot, message(offer), arrival);
    assertFields(actual, outcome, 'outcome');
    if (actual.status !== 'complete') return;
    const { completionId } = actual;
    assert.equal(typeof completionId, 'string');
    assert.notEqual(completionId, '');
    this.#completionIds[index] = completionId;
    const at = (step) => this.#completionIds[step];
    if (sameCompletionIdAs !== undefined) assert.equal(completionId, at(sameCompletionIdAs));
    if (otherCompletionIdThan !== undefined) assert.notEqual(completionId, at(otherCompletionIdThan));
  }

  #expire({ at, expire }) {
    const actual = this.fanIn.expire(at);
    assert.deepEqual(
      actual.map(({ key }) => key),
      expire.map(({ key }) => key),
      'the keys that expire, in order',
    );
    actual.forEach((join, index) => assertFields(join, { status: 'expired', ...expire[index] }, join.key));
  }
}

/** Runs every step. */
export function runScenario({ definition, steps }) {
  const scenario = new Scenario(definition);
  try {
    steps.forEach((step, index) => {
      try {
        scenario.run(step, index);
      } catch (error) {
        error.message = `step ${index}: ${error.message}`;
        throw error;
      }
    });
  } finally {
    scenario.fanIn.free();
  }
}
