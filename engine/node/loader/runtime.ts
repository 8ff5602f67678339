/**
 * What one thread needs to run guest source: patched promises and `toString`, compiled scripts, transforms. `loaderRuntime` makes it on first use;
 * it must be called before Node's primordials are taken, since they keep `Promise.prototype.then` and `Function.prototype.toString`.
 */
import type { Environment } from '../environment.ts';
import { createIteratorEntries } from '../iterator-entries.ts';
import type { IteratorEntries } from '../iterator-entries.ts';
import { createAsyncFrames, patchPromiseThen } from './async-context.ts';
import type { AsyncFrames } from './async-context.ts';
import { createEvaluatedTexts } from './evaluated-text.ts';
import type { EvaluatedTexts } from './evaluated-text.ts';
import { patchFunctionToString } from './function-text.ts';
import type { FunctionTexts } from './function-text.ts';
import { patchPromiseMakers } from './promise-states.ts';
import { Scripts } from './scripts.ts';
import { locateByErrorEvent } from './syntax-error.ts';
import type { LocateSyntaxError } from './syntax-error.ts';
import { createFileCache, Transforms } from './transform-cache.ts';
import { EVALUATION, SOURCE } from './transform-module.ts';

/** `setImportModuleDynamicallyCallback`'s callback: (host-defined option, specifier, phase, attributes, referrer's name). */
export type ImportModuleDynamically = (
  id: symbol,
  specifier: string,
  phase: number,
  attributes: object,
  referrer: string,
) => Promise<unknown>;

export interface Importer {
  (specifier: unknown, options?: unknown): Promise<unknown>;
  /** `import.source(…)` */
  readonly source: (specifier: unknown, options?: unknown) => Promise<unknown>;
}

export interface LoaderRuntime {
  readonly frames: AsyncFrames;
  readonly texts: FunctionTexts;
  readonly evaluated: EvaluatedTexts;
  readonly iterators: IteratorEntries;
  readonly scripts: Scripts;
  readonly transforms: Transforms;
  readonly locate: LocateSyntaxError;
  /** Host hook of `import(…)` in code compiled with this host-defined option under this name. */
  importer(id: symbol, referrer: string): Importer;
  setImportCallback(callback: ImportModuleDynamically): void;
}

const runtimes = new WeakMap<Environment, LoaderRuntime>();

export interface RuntimeOptions {
  /** For tests, where no error event exists. */
  readonly locate?: LocateSyntaxError;
}

export function loaderRuntime(environment: Environment, options: RuntimeOptions = {}): LoaderRuntime {
  const known = runtimes.get(environment);
  if (known !== undefined) return known;
  const frames = createAsyncFrames();
  const texts = patchFunctionToString();
  const scripts = new Scripts();
  const evaluated = createEvaluatedTexts(options.locate ?? locateByErrorEvent, texts.hide, (file) => scripts.source(file));
  frames.evaluated = evaluated.prepare;
  patchPromiseThen(frames, texts.hide);
  patchPromiseMakers(texts.hide);
  let callback: ImportModuleDynamically | undefined;
  const runtime: LoaderRuntime = {
    frames,
    texts,
    evaluated,
    iterators: createIteratorEntries(texts.hide),
    scripts,
    transforms: new Transforms(createFileCache(environment.system.files)),
    locate: options.locate ?? locateByErrorEvent,
    importer: (id, referrer) => {
      const inPhase =
        (phase: number) =>
        (specifier: unknown, given?: unknown): Promise<unknown> => {
          try {
            const name = `${specifier as string}`;
            const attributes = importAttributes(given);
            if (callback === undefined) throw new Error('import() was called before the ES module loader was set up');
            return callback(id, name, phase, attributes, referrer);
          } catch (error) {
            return Promise.reject(error as Error);
          }
        };
      return Object.assign(inPhase(EVALUATION), { source: inPhase(SOURCE) });
    },
    setImportCallback: (given) => {
      callback = given;
    },
  };
  runtimes.set(environment, runtime);
  return runtime;
}

/** Import attributes of the second argument of `import()`, with V8's errors. */
function importAttributes(options: unknown): object {
  const attributes = Object.create(null) as Record<string, string>;
  if (options === undefined) return attributes;
  if ((typeof options !== 'object' && typeof options !== 'function') || options === null)
    throw new TypeError('The second argument to import() must be an object');
  const given = (options as { with?: unknown }).with;
  if (given === undefined) return attributes;
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null)
    throw new TypeError("The 'with' option must be an object");
  for (const key of Object.keys(given).toSorted()) {
    const value = (given as Record<string, unknown>)[key];
    if (typeof value !== 'string') throw new TypeError('Import attribute value must be a string');
    attributes[key] = value;
  }
  return attributes;
}
