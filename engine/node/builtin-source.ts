/**
 * Node's builtin modules: their source and how it is compiled. Three functions of Node's library run promise jobs in their middle
 * (`runMicrotasks`), which JavaScript cannot do: those become generators that yield there, and the event loop goes on with them
 * after a hop (loop.ts); one gives a call fewer arguments at a time. Everything else runs as it was published.
 */
import type { Callable } from './environment.ts';

/** Parameters of each kind of builtin, as in BuiltinLoader::LookupAndCompile (src/node_builtins.cc). */
function parametersOf(id: string): string {
  if (id.startsWith('internal/bootstrap/realm')) return 'process, getLinkedBinding, getInternalBinding, primordials';
  if (id.startsWith('internal/per_context/')) return 'exports, primordials, privateSymbols, perIsolateSymbols';
  if (id.startsWith('internal/main/') || id.startsWith('internal/bootstrap/')) return 'process, require, internalBinding, primordials';
  return 'exports, require, module, process, internalBinding, primordials';
}

interface Patch {
  readonly find: string | RegExp;
  readonly replace: string;
}

/** Spaces are optional: the shipped sources may have been minified. */
const PATCHES: Readonly<Record<string, readonly Patch[]>> = {
  // Arguments of one call: threads of a page have less stack than native's.
  'internal/per_context/primordials': [{ find: /(\bend\s*\+?=\s*)(?:0x10000|65536)\b/g, replace: '$1 0x2000' }],
  'internal/timers': [
    { find: /function processImmediate\(\)/, replace: 'function* processImmediate()' },
    { find: /function processTimers\(now\)/, replace: 'function* processTimers(now)' },
    { find: /function listOnTimeout\(list,\s*now\)/, replace: 'function* listOnTimeout(list, now)' },
    { find: /runNextTicks\(\)/g, replace: 'yield' },
    { find: /(?<!function\* )listOnTimeout\(list,\s*now\)/g, replace: 'yield* listOnTimeout(list, now)' },
  ],
  'internal/process/task_queues': [
    { find: /function processTicksAndRejections\(\)/, replace: 'function* processTicksAndRejections()' },
    { find: /(\}\s*)runMicrotasks\(\);?(\s*\}\s*while)/, replace: '$1yield;$2' },
    // `process._tickCallback`, called by hand: promise jobs cannot run inside, the ticks do.
    { find: /(?<!function\* )processTicksAndRejections\(\)(?:;|(?=\s*\}))/, replace: 'for (const _ of processTicksAndRejections()) {}' },
  ],
};

function patched(id: string, source: string): string {
  let text = source;
  for (const { find, replace } of PATCHES[id] ?? []) {
    const next = text.replace(find, replace);
    if (next === text) throw new Error(`Node's ${id} has changed: ${String(find)} is not in it`);
    text = next;
  }
  return text;
}

export class BuiltinSources {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #compiled = new Map<string, Callable>();

  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  get ids(): string[] {
    return [...this.#sources.keys()].filter((id) => id !== 'config' && id !== 'configs');
  }

  compile(id: string): Callable {
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
    const source = this.#sources.get(id);
    if (source === undefined) throw new Error(`No such built-in module: ${id}`);
    // Indirect eval: one script per module, lines as in the published source.
    const evaluate = globalThis.eval;
    const compiled = evaluate(`(function (${parametersOf(id)}) {${patched(id, source)}\n})\n//# sourceURL=node:${id}`) as Callable;
    this.#compiled.set(id, compiled);
    return compiled;
  }
}
