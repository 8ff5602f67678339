/**
 * `error.stack` as native Node gives it: V8 asks `Error.prepareStackTrace`; Node's library expects V8 to ask its callback first. The property is an accessor:
 * a guest's own function is honoured, everything else goes through Node's formatting, with the engine's own frames left out.
 */
import type { Callable } from './environment.ts';
import { guestCallSites, type V8CallSite } from './loader/call-site.ts';
import type { Scripts } from './loader/scripts.ts';
import { shownFrames } from './uv-errors.ts';

interface Site {
  getFunctionName(): string | null;
  getTypeName(): string | null;
  getFileName(): string | null;
  getScriptNameOrSourceURL(): string | null;
}

export interface StackTraceParts {
  /** Origin of the page's server: frames of scripts from there are the engine's. */
  readonly origin: string;
  /** Guest code as it was compiled: frames show the author's places. */
  readonly scripts: Scripts;
  /** internal/errors' `overrideStackTrace` map. */
  readonly overrides: WeakMap<object, Callable>;
  /** Errors whose stack has been formatted. */
  readonly formatted: WeakSet<object>;
  /** Node's ErrorPrepareStackTrace. */
  readonly format: Callable;
}

/** Functions of Node's library that the engine runs as generators (builtin-source.ts): natively nothing is between them and their caller. */
const GENERATORS = /^(?:processTicksAndRejections|processTimers|listOnTimeout|processImmediate)$/;

export function isEngineFrame(origin: string, site: Site): boolean {
  if (site.getFunctionName() === 'next' && GENERATORS.test(site.getTypeName() ?? '')) return true;
  const name = site.getScriptNameOrSourceURL() ?? site.getFileName() ?? '';
  return name.startsWith(`${origin}/`) || name.startsWith('blob:');
}

export function installStackTraces(parts: StackTraceParts): void {
  const { origin, overrides, format, formatted, scripts } = parts;
  const wrappers = new WeakMap<Callable, Callable>();
  const originals = new WeakMap<Callable, Callable>();

  const dispatch = (custom: Callable | undefined): Callable =>
    function prepareStackTrace(error, trace) {
      const sites = guestCallSites(scripts, trace as V8CallSite[], (site) => isEngineFrame(origin, site));
      if (typeof error === 'object' && error !== null) {
        const shown = shownFrames.get(error);
        if (shown !== undefined) sites.splice(Math.max(0, shown));
        formatted.add(error);
        const override = overrides.get(error);
        if (override !== undefined) {
          overrides.delete(error);
          return override(error, sites);
        }
      }
      return custom === undefined ? format(error, sites) : custom.call(Error, error, sites);
    };

  const standard = dispatch(undefined);
  let current: unknown = standard;
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: false,
    get: () => current,
    set: (value: unknown) => {
      if (typeof value !== 'function') {
        // As natively: without a function, Node's formatting.
        current = value === undefined ? undefined : value;
        if (value === undefined) current = standard;
        return;
      }
      const given = value as Callable;
      if (given === standard || originals.has(given)) {
        current = given;
        return;
      }
      let wrapper = wrappers.get(given);
      if (wrapper === undefined) {
        wrapper = dispatch(given);
        wrappers.set(given, wrapper);
        originals.set(wrapper, given);
      }
      current = wrapper;
    },
  });
}
