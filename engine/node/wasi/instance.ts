/** What the calls of one WASI instance share, and the shape of the calls. */
import type { Environment } from '../environment.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { LinearMemory } from './memory.ts';

export interface Instance {
  readonly environment: Environment;
  /** UTF-8, each with a NUL at its end. */
  readonly args: readonly Uint8Array[];
  readonly env: readonly Uint8Array[];
  readonly table: DescriptorTable;
  readonly memory: LinearMemory;
}

/** `i`: an unsigned 32-bit number, `l`: an unsigned 64-bit one. */
type Arguments<Signature extends string> = Signature extends `i${infer Rest}`
  ? [number, ...Arguments<Rest>]
  : Signature extends `l${infer Rest}`
    ? [bigint, ...Arguments<Rest>]
    : [];

export interface Call {
  readonly signature: string;
  /** @throws WasiError what the call returns instead of 0 */
  readonly run: (instance: Instance, args: readonly (number | bigint)[]) => void;
}

/** One function of WASI: what it takes and does. */
export function call<Signature extends string>(
  signature: Signature,
  run: (instance: Instance, ...args: Arguments<Signature>) => void,
): Call {
  // Whoever calls has looked at the arguments' number and types.
  return { signature, run: (instance, args) => run(instance, ...(args as Arguments<Signature>)) };
}
