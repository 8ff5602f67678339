import type { ExitStatus } from '../../system/types.ts';

/** An exit status as shells count it: 128 + signal for what a signal ended. */
export function statusOf(status: ExitStatus): number {
  return status.signal > 0 ? 128 + status.signal : status.code;
}
