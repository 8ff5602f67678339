/**
 * `new Function(…)` and its async and generator kinds, for guests: `import(…)` and `await` in the body get the host's hooks, as they do in files.
 * Packages use `new Function('s', 'return import(s)')` to keep compilers from touching an import.
 */
import { callSites } from '../bindings/util.ts';
import { NativeProxy } from '../bindings/types.ts';
import type { Callable, Environment } from '../environment.ts';
import { loaderRuntime } from './runtime.ts';
import { needsTransform, transformScript } from './transform-script.ts';

const KINDS: readonly (readonly [keyword: string, sample: object])[] = [
  ['function', () => undefined],
  ['async function', async () => undefined],
  ['function*', function* () {}],
  ['async function*', async function* () {}],
];

const evaluate = globalThis.eval;
const keep = (value: unknown): unknown => value;

export function patchFunctionConstructors(environment: Environment): void {
  const { texts } = loaderRuntime(environment);
  for (const [keyword, sample] of KINDS) {
    const prototype = Object.getPrototypeOf(sample) as { constructor: Callable };
    const native = prototype.constructor as unknown as new (...parameters: string[]) => object;
    const make = (given: unknown[], newTarget: object): object | undefined => {
      const parameters = given.map((value) => `${value as string}`);
      const body = parameters.pop() ?? '';
      const text = `(${keyword} anonymous(${parameters.join(',')}\n) {\n${body}\n})`;
      if (!needsTransform(text)) return undefined;
      const edits = transformScript(text, { functionBody: false });
      if (edits === undefined || edits.size === 0) return undefined;
      const [caller] = callSites(environment, 1, patched as unknown as Callable);
      const importer = loaderRuntime(environment).importer(
        environment.symbols.vm_dynamic_import_default_internal as symbol,
        caller?.getScriptNameOrSourceURL() ?? '',
      );
      const factory = evaluate(`(function(ª$ldr$,ª$A,ª$k,ª$w){return ${edits.apply(text)}})`) as Callable;
      const made = factory.call(
        undefined,
        importer,
        loaderRuntime(environment).frames,
        keep,
        loaderRuntime(environment).frames.awaited,
      ) as object;
      const target = (newTarget as { prototype?: unknown }).prototype;
      return newTarget === patched || typeof target !== 'object' || target === null
        ? made
        : (Object.setPrototypeOf(made, target) as object);
    };
    const patched: object = new NativeProxy(native, {
      apply: (target, _self, given: unknown[]) => make(given, patched) ?? (Reflect.construct(target, given) as object),
      construct: (target, given: unknown[], newTarget) =>
        make(given, newTarget) ?? (Reflect.construct(target, given, newTarget === patched ? target : newTarget) as object),
    });
    texts.hide(patched, native.name);
    Object.defineProperty(prototype, 'constructor', { ...Object.getOwnPropertyDescriptor(prototype, 'constructor'), value: patched });
    if (keyword === 'function')
      Object.defineProperty(globalThis, 'Function', { value: patched, writable: true, configurable: true, enumerable: false });
  }
}
