// Something the person at the terminal can put right: said in one line, without a stack trace.

export class Problem extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
