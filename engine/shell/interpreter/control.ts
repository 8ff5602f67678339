/** How control leaves a command other than by finishing: thrown by builtins, caught by the construct that is meant. */
export class Break {
  levels: number;

  constructor(levels: number) {
    this.levels = levels;
  }
}

export class Continue {
  levels: number;

  constructor(levels: number) {
    this.levels = levels;
  }
}

export class Return {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** Ends the shell. */
export class Exit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** Ctrl-C at an interactive shell: drops the rest of the command line. */
export class Interrupted extends Error {}

/** An error of the shell itself: ends a script, or the line of an interactive shell. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}
