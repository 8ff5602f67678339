/** Which packages fit the machine that the engine is: 64-bit Linux with glibc, which also takes builds for WebAssembly. */
import semver from 'semver';
import type { Manifest } from './manifest.ts';

export const TARGET = { os: 'linux', cpu: ['x64', 'wasm32'], libc: 'glibc' } as const;

/** npm's rule for `os`, `cpu` and `libc`: no `!value` excludes, and one value includes unless all of them exclude. */
function listed(value: string, list: readonly string[]): boolean {
  if (list.length === 1 && list[0] === 'any') return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}

export function fitsPlatform(manifest: Manifest): boolean {
  if (manifest.os !== undefined && !listed(TARGET.os, manifest.os)) return false;
  // `x64` decides about exclusions: a package that says `!x64` means this machine.
  if (manifest.cpu !== undefined && !listed('x64', manifest.cpu) && !manifest.cpu.includes('wasm32')) return false;
  return manifest.libc === undefined || listed(TARGET.libc, manifest.libc);
}

export function fitsEngines(manifest: Manifest, nodeVersion: string, npmVersion: string): boolean {
  const { node, npm } = manifest.engines ?? {};
  const options = { includePrerelease: true };
  return (
    (node === undefined || node === '' || semver.satisfies(nodeVersion, node, options)) &&
    (npm === undefined || npm === '' || semver.satisfies(npmVersion, npm, options))
  );
}
