/**
 * A failure of the installer that is told to the user as npm tells it: `npm error code <code>` and one line per line of the message.
 * `fault` says who can mend it: the user (a wrong name, a broken lockfile) or the system (no network, a full disk).
 */
export class InstallError extends Error {
  override readonly name = 'InstallError';
  readonly code: string;
  readonly fault: 'user' | 'system';
  readonly exitCode: number;

  constructor(code: string, message: string, options: { cause?: unknown; fault?: 'user' | 'system'; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.fault = options.fault ?? 'user';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
