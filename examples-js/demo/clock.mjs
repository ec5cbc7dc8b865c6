// Virtual time: minutes of traffic pass in a moment, and in the same order on every run.

export class VirtualClock {
  #now;
  #timers = []; // soonest last
  #sequence = 0;

  constructor(startsAt) {
    this.#now = startsAt;
  }

  /** Milliseconds since the epoch; bound, so that it can be handed to `FanIn` as it is. */
  now = () => this.#now;

  at(time, action) {
    const timer = { time: Math.max(time, this.#now), sequence: (this.#sequence += 1), action };
    let index = this.#timers.length;
    while (index > 0 && isAfter(timer, this.#timers[index - 1])) index -= 1;
    this.#timers.splice(index, 0, timer);
  }

  after(ms, action) {
    this.at(this.#now + ms, action);
  }

  sleep(ms) {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs until nothing is scheduled any more. */
  async run() {
    while (this.#timers.length > 0) {
      const { time, action } = this.#timers.pop();
      this.#now = time;
      action();
      await new Promise(setImmediate); // whatever the action woke up runs before time goes on
    }
  }
}

function isAfter(timer, other) {
  return (timer.time - other.time || timer.sequence - other.sequence) > 0;
}
