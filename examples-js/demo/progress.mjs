// Progress on standard error: one line that updates itself on a terminal, a few plain lines anywhere else.

const STEPS = 4;

export class Progress {
  #stream;
  #step = 0;

  constructor(stream = process.stderr) {
    this.#stream = stream;
  }

  update(label, done, all) {
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${label}: ${done} of ${all}`);
      return;
    }
    const step = Math.floor((done / all) * STEPS);
    if (step > this.#step) this.#stream.write(`${label}: ${done} of ${all}\n`);
    this.#step = step;
  }

  /** Leaves the line free for what is printed next. */
  end() {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }
}
