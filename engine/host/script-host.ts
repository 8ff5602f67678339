/**
 * How a script that is loaded later (process-worker.ts) hands over its exports and gets the browser's globals: by then the worker's own are Node's, or
 * the guest's. The global of this name is there only while such a script runs for the first time.
 */
export const SCRIPT_HOST = '__jampotScript';

export interface LentGlobals {
  readonly TextDecoder: typeof globalThis.TextDecoder;
  readonly TextEncoder: typeof globalThis.TextEncoder;
  readonly atob: typeof globalThis.atob;
  readonly btoa: typeof globalThis.btoa;
  readonly crypto: Crypto;
}

export interface ScriptHost {
  readonly globals: LentGlobals;
  exports(value: unknown): void;
}

export function scriptHost(): ScriptHost {
  return (globalThis as unknown as Record<typeof SCRIPT_HOST, ScriptHost>)[SCRIPT_HOST];
}
