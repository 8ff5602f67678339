/** What a user is told when something went wrong: what happened, why, what to do, and the button that does it. */
export interface Problem {
  /** Stable name of the kind of failure, e.g. `install-integrity`. At most one problem of a kind is shown at a time. */
  readonly code: string;
  /** Whether the project (`user`) or Jampot and its surroundings (`system`) have to change. */
  readonly fault: 'user' | 'system';
  /** Nothing failed: shown without the colour of failures. */
  readonly calm?: boolean;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly action?: ProblemAction;
  /** Log or stack, shown folded. */
  readonly details?: string;
  readonly place?: Place;
}

export interface ProblemAction {
  readonly label: string;
  readonly run: () => void | Promise<void>;
}

/** A position in a file of the project; line and column count from 1. */
export interface Place {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** Base of the errors that lib throws on purpose. */
export class JampotError extends Error {
  readonly code: string;
  readonly fault: 'user' | 'system';

  constructor(code: string, message: string, options: { fault?: 'user' | 'system'; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JampotError';
    this.code = code;
    this.fault = options.fault ?? 'user';
  }
}

/** Text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
