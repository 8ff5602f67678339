import type { System } from '../../system/types.ts';
import { decode } from '../codec.ts';

/** Name of a user or group number in /etc/passwd or /etc/group; the number itself when it has none. */
export function accountName(system: System, file: '/etc/passwd' | '/etc/group', id: number): string {
  const bytes = system.files.readFile(file);
  if (typeof bytes === 'number') return String(id);
  const line = decode(bytes)
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(id));
  return line?.split(':')[0] ?? String(id);
}
