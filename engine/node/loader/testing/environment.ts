/** A thread for tests of the loader's bindings, in the test runner's own Node: no kernel, files from the disk. */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { Environment } from '../../environment.ts';
import { loaderRuntime } from '../runtime.ts';
import type { LoaderRuntime } from '../runtime.ts';
import type { LocateSyntaxError } from '../syntax-error.ts';

/** Node prints the place of a syntax error above the stack; a browser tells it in an event. */
export const locateByNode: LocateSyntaxError = (_error, text) => {
  try {
    // Compiled, not run.
    const script = new Script(text, { filename: 'located' });
    if (script.cachedDataRejected === true) throw new Error('no cached data was given');
  } catch (error) {
    const [, line, , indent = ''] = /^located:(\d+)\n(.*)\n( *)/.exec((error as Error).stack ?? '') ?? [];
    if (line !== undefined) return { line: Number(line), column: indent.length + 1 };
    return undefined;
  }
};

const names = [
  'arrow_message_private_symbol',
  'decorated_private_symbol',
  'host_defined_option_symbol',
  'contextify_context_private_symbol',
];

export interface TestEnvironment {
  readonly environment: Environment;
  readonly runtime: LoaderRuntime;
}

export function createTestEnvironment(): TestEnvironment {
  const privateSymbols = Object.fromEntries(names.map((name) => [name, Symbol(name)]));
  const symbols = Object.fromEntries(
    ['vm_dynamic_import_default_internal', 'source_text_module_default_hdo', 'imported_cjs_symbol'].map((name) => [name, Symbol(name)]),
  );
  const files = {
    readFile: (path: string) => {
      try {
        return new Uint8Array(readFileSync(path));
      } catch {
        return -2;
      }
    },
    readdir: () => -2,
    mkdir: () => -30,
    writeFile: () => -30,
    rename: () => -30,
    unlink: () => -30,
  };
  const environment = {
    privateSymbols,
    symbols,
    process: {},
    system: { files, resolve: (path: string) => path },
    hidden: (target: object, key: symbol, value: unknown) =>
      void Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false }),
    codedError: (kind: 'Error' | 'TypeError' | 'RangeError' | 'SyntaxError', code: string, message: string) =>
      Object.assign(new globalThis[kind](message), { code }),
    buffer: (bytes: Uint8Array) => bytes,
  } as unknown as Environment;
  return { environment, runtime: loaderRuntime(environment, { locate: locateByNode }) };
}
