/** Signal numbers of Linux to names, from the dump of the constants binding. */
import type { Environment } from '../environment.ts';

export function signalName(environment: Environment, number: number): string {
  const os = environment.dumps['constants']?.['os'] as { signals?: Record<string, number> } | undefined;
  // SIGABRT and SIGIOT share a number: the first in the table is the one that Node shows.
  return Object.entries(os?.signals ?? {}).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
