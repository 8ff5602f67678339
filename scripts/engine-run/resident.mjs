import { readFileSync } from 'node:fs';

/**
 * Resident memory of a browser's renderers, as Linux counts it: each page of shared memory once for each that has touched it.
 * @param {() => Promise<readonly { type: string, id: number }[]>} processes the browser's processes
 * @returns {Promise<number | null>} bytes; null where there is no /proc
 */
export async function residentBytes(processes) {
  if (process.platform !== 'linux') return null;
  let kilobytes = 0;
  for (const { type, id } of await processes()) {
    if (type !== 'renderer') continue;
    const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
    if (resident === undefined) throw new Error(`/proc/${id}/status says nothing of resident memory.`);
    kilobytes += Number(resident);
  }
  return kilobytes * 1024;
}
