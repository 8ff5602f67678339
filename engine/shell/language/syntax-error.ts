/** Text that is no shell program. `incomplete`: more lines could make it one, so an interactive shell asks for them. */
export class ShellSyntaxError extends Error {
  readonly line: number;
  readonly incomplete: boolean;

  constructor(message: string, line: number, incomplete = false) {
    super(message);
    this.name = 'ShellSyntaxError';
    this.line = line;
    this.incomplete = incomplete;
  }
}
