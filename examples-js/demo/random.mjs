// A seeded generator: the same seed gives the same orders, delays, faults and ids on every machine.

const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48_271; // a Lehmer generator: every product stays exact in a double

export class Random {
  #state;

  constructor(seed) {
    this.#state = (Math.abs(Math.trunc(seed)) % (MODULUS - 1)) + 1;
    this.below(2); // neighbouring seeds start close together: step away from them
  }

  /** A whole number, 0 <= n < limit. */
  below(limit) {
    this.#state = (this.#state * MULTIPLIER) % MODULUS;
    return Math.floor((this.#state / MODULUS) * limit);
  }

  /** A whole number, both ends included. */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  shuffle(list) {
    const shuffled = [...list];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
    }
    return shuffled;
  }

  hex(length) {
    return Array.from({ length }, () => this.below(16).toString(16)).join('');
  }
}
