/**
 * Reads what the build step dumped of native Node's bindings (scripts/engine): plain data is taken over, functions and
 * classes that we do not implement become ones that throw an error naming themselves.
 */
import type { Binding } from './environment.ts';

/** Error of a part of Node that the engine does not have (yet). */
export class NotImplementedError extends Error {
  readonly code = 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM';
  constructor(what: string) {
    super(`${what} is not available in this Node.js runtime yet`);
    this.name = 'Error';
  }
}

type Tagged = Record<string, unknown>;

const isRecord = (value: unknown): value is Tagged => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Turns one dumped value into a live one; `path` names it in the errors of missing functions. */
export function revive(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => revive(item, `${path}[${index}]`));
  if (!isRecord(value)) return value;
  if ('$undefined' in value) return undefined;
  if ('$number' in value) return Number(value.$number);
  if ('$bigint' in value) return BigInt(String(value.$bigint));
  if ('$symbol' in value) return Symbol(String(value.$symbol));
  if ('$map' in value) return new Map((value.$map as [unknown, unknown][]).map(([k, v]) => [revive(k, path), revive(v, path)]));
  if ('$set' in value) return new Set((value.$set as unknown[]).map((item) => revive(item, path)));
  if ('$typedArray' in value) return reviveTypedArray(String(value.$typedArray), Number(value.length));
  if ('$arrayBuffer' in value) return new ArrayBuffer(Number(value.$arrayBuffer));
  if ('$function' in value) return missingFunction(value, path);
  if ('$external' in value || '$circular' in value || '$getter' in value) return undefined;
  const result: Tagged = {};
  for (const [key, item] of Object.entries(value)) result[key] = revive(item, `${path}.${key}`);
  return result;
}

function reviveTypedArray(name: string, length: number): unknown {
  const constructor = (globalThis as unknown as Record<string, unknown>)[name] as new (length: number) => unknown;
  return new constructor(length);
}

function missingFunction(value: Tagged, path: string): unknown {
  const fail = function (): never {
    throw new NotImplementedError(path);
  };
  if (!isRecord(value.prototype)) {
    Object.defineProperty(fail, 'name', { value: value.$function, configurable: true });
    return fail;
  }
  const missing = class {
    constructor() {
      throw new NotImplementedError(path);
    }
  };
  Object.defineProperty(missing, 'name', { value: value.$function, configurable: true });
  for (const key of Object.keys(value.prototype)) {
    Object.defineProperty(missing.prototype, key, {
      configurable: true,
      writable: true,
      value: () => {
        throw new NotImplementedError(`${path}.prototype.${key}`);
      },
    });
  }
  if (isRecord(value.static)) {
    for (const [key, item] of Object.entries(value.static)) Object.assign(missing, { [key]: revive(item, `${path}.${key}`) });
  }
  return missing;
}

/** A binding with everything native's has: our implementation where there is one, data from the dump, and named errors for the rest. */
export function completeBinding(name: string, dump: Readonly<Record<string, unknown>> | undefined, implemented: Binding): Binding {
  const binding: Binding = {};
  for (const [key, value] of Object.entries(dump ?? {})) {
    if (key.endsWith('()')) continue;
    // Reviving is put off: most of a binding is never touched.
    if (Object.hasOwn(implemented, key)) binding[key] = undefined;
    else if (isRecord(value)) lazily(binding, key, () => revive(value, `internalBinding('${name}').${key}`));
    else binding[key] = value;
  }
  Object.defineProperties(binding, Object.getOwnPropertyDescriptors(implemented));
  return binding;
}

function lazily(target: Binding, key: string, make: () => unknown): void {
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(target, key, { configurable: true, enumerable: true, writable: true, value });
      return value;
    },
    set(value: unknown) {
      Object.defineProperty(target, key, { configurable: true, enumerable: true, writable: true, value });
    },
  });
}
