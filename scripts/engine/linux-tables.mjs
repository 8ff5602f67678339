import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {Record<string, Record<string, unknown>>} Bindings */

/**
 * What of the dumps depends on the platform and processor of the machine that builds. The engine is Linux on x64 everywhere, so these come from a
 * table in the repository (linux-x64.json) when the build runs elsewhere. A test compares the table with the dumps on Linux.
 * @param {Bindings} bindings
 * @returns {Bindings}
 */
export function platformTables(bindings) {
  const { os, fs } = /** @type {{ os: unknown, fs: unknown }} */ (/** @type {unknown} */ (bindings['constants'] ?? {}));
  const udp = bindings['udp_wrap'] ?? {};
  const addresses = bindings['cares_wrap'] ?? {};
  return {
    constants: { os, fs },
    uv: Object.fromEntries(Object.entries(bindings['uv'] ?? {}).filter(([key]) => key.startsWith('UV_') || key === 'getErrorMap()')),
    udp_wrap: { constants: udp['constants'] },
    cares_wrap: Object.fromEntries(Object.entries(addresses).filter(([, value]) => typeof value === 'number')),
    block_list: Object.fromEntries(Object.entries(bindings['block_list'] ?? {}).filter(([, value]) => typeof value === 'number')),
  };
}

/** @returns {Bindings} */
export function linuxTables() {
  return JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'linux-x64.json'), 'utf8'));
}

/**
 * Replaces what depends on the platform by Linux's.
 * @template {{ platform: string, arch: string, bindings: Bindings }} Dumps
 * @param {Dumps} dumps
 * @returns {Dumps}
 */
export function asLinux(dumps) {
  if (dumps.platform === 'linux' && dumps.arch === 'x64') return dumps;
  const bindings = { ...dumps.bindings };
  for (const [name, table] of Object.entries(linuxTables())) bindings[name] = { ...bindings[name], ...table };
  return { ...dumps, platform: 'linux', arch: 'x64', bindings };
}
