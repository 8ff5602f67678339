/** `internalBinding('types')` (src/node_types.cc): brand checks that JavaScript can make without touching guest code. */
import type { CreateBinding } from '../environment.ts';

/** True when calling `probe` on the value does not throw: brand checks of the language's own accessors and methods. */
const brand =
  (probe: (value: object) => unknown) =>
  (value: unknown): boolean => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
    try {
      probe(value);
      return true;
    } catch {
      return false;
    }
  };

const getter = (prototype: object, key: string | symbol): ((this: unknown) => unknown) => {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  if (get === undefined) throw new Error(`${String(key)} is not an accessor`);
  return get;
};

const mapSize = getter(Map.prototype, 'size');
const setSize = getter(Set.prototype, 'size');
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const sharedLength = getter(SharedArrayBuffer.prototype, 'byteLength');
const weakMapHas = WeakMap.prototype.has;
const weakSetHas = WeakSet.prototype.has;
const dateValue = Date.prototype.valueOf;
const numberValue = Number.prototype.valueOf;
const stringValue = String.prototype.valueOf;
const booleanValue = Boolean.prototype.valueOf;
const symbolValue = Symbol.prototype.valueOf;
const bigintValue = BigInt.prototype.valueOf;
const regExpFlags = getter(RegExp.prototype, 'source');
const objectToString = Object.prototype.toString;
const prototypeOf = Reflect.getPrototypeOf;
const call = Reflect.apply;
const tagged = (value: object) => call(objectToString, value, []) as string;

const mapIteratorPrototype = Object.getPrototypeOf(new Map().entries()) as object;
const setIteratorPrototype = Object.getPrototypeOf(new Set().values()) as object;
const generatorNext = Object.getPrototypeOf((function* () {})()) as object;
const generatorPrototype = Object.getPrototypeOf(generatorNext) as { next: () => unknown };
const asyncGeneratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()) as object) as object;

/** Iterators and generators have no side-effect-free brand check in JavaScript: an inherited prototype with the right tag is taken for it. */
const inheritsFrom = (value: unknown, prototype: object): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  for (let at: object | null = prototypeOf(value); at !== null; at = prototypeOf(at)) if (at === prototype) return true;
  return false;
};

const nativePromise = Promise;
const promiseResolve = Promise.resolve;
const promiseThen = Promise.prototype.then;

/**
 * `Promise.resolve` hands back a real promise of the same constructor untouched, and only that: a brand check that adds no reaction. An impostor
 * (`Object.create(Promise.prototype)`) gets wrapped instead; the wrapper is silenced.
 */
const isPromise = (value: unknown): boolean => {
  if (!inheritsFrom(value, nativePromise.prototype)) return false;
  const constructor = (value as { constructor?: unknown }).constructor;
  if (constructor !== nativePromise) return typeof constructor === 'function';
  const resolved = call(promiseResolve, nativePromise, [value]) as Promise<unknown>;
  if (resolved === value) return true;
  void call(promiseThen, resolved, [undefined, () => undefined]);
  return false;
};

const asyncFunctionPrototype = Object.getPrototypeOf(async () => undefined) as object;
const asyncGeneratorFunctionPrototype = Object.getPrototypeOf(async function* () {}) as object;
const generatorFunctionPrototype = Object.getPrototypeOf(function* () {}) as object;
const nativeError = (value: unknown): boolean => {
  const isError = (Error as unknown as { isError?: (value: unknown) => boolean }).isError;
  if (isError !== undefined) return isError(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    (tagged(value) === '[object Error]' || (value instanceof Error && Object.hasOwn(value, 'stack')))
  );
};

/** Registered by `wrapProxy` and by module_wrap. */
const proxies = new WeakMap<object, readonly [target: object | null, handler: object | null]>();
const namespaces = new WeakSet<object>();

export function registerModuleNamespace(namespace: object): void {
  namespaces.add(namespace);
}

export function proxyDetails(value: unknown): readonly [object | null, object | null] | undefined {
  return typeof value === 'object' || typeof value === 'function' ? proxies.get(value as object) : undefined;
}

/** The constructor before it was wrapped: for the engine's own exotic objects, which guests must not take for proxies. */
export const NativeProxy = Proxy;

/** Replaces the global Proxy by one that remembers what it made, so that `util.types.isProxy` and `util.inspect` can tell. */
export function wrapProxy(): void {
  const Native = NativeProxy;
  const remember = (proxy: object, target: object, handler: object) => {
    proxies.set(proxy, [target, handler]);
    return proxy;
  };
  const Wrapped = new Native(Native, {
    construct(constructor, [target, handler]: [object, object]) {
      return remember(new constructor(target, handler), target, handler);
    },
    get(constructor, key, receiver) {
      if (key === 'revocable') return revocable;
      return Reflect.get(constructor, key, receiver) as unknown;
    },
  });
  const revocable = function revocable(target: object, handler: ProxyHandler<object>) {
    const pair = Native.revocable(target, handler);
    remember(pair.proxy, target, handler);
    const { revoke } = pair;
    pair.revoke = () => {
      revoke();
      proxies.set(pair.proxy, [null, null]);
    };
    return pair;
  };
  globalThis.Proxy = Wrapped;
}

const isArrayBuffer = brand((value) => call(bufferLength, value, []));
const isSharedArrayBuffer = brand((value) => call(sharedLength, value, []));
const isNumberObject = brand((value) => call(numberValue, value, []));
const isStringObject = brand((value) => call(stringValue, value, []));
const isBooleanObject = brand((value) => call(booleanValue, value, []));
const isSymbolObject = brand((value) => call(symbolValue, value, []));
const isBigIntObject = brand((value) => call(bigintValue, value, []));

/** Shared by the bindings `types` and `util`. */
export const checks = {
  isExternal: () => false,
  isDate: brand((value) => call(dateValue, value, [])),
  isArgumentsObject: (value: unknown) =>
    typeof value === 'object' && value !== null && !(Symbol.toStringTag in value) && tagged(value) === '[object Arguments]',
  isBigIntObject,
  isBooleanObject,
  isNumberObject,
  isStringObject,
  isSymbolObject,
  isBoxedPrimitive: (value: unknown) =>
    isNumberObject(value) || isStringObject(value) || isBooleanObject(value) || isSymbolObject(value) || isBigIntObject(value),
  isNativeError: nativeError,
  isRegExp: (value: unknown) => value !== RegExp.prototype && brand((item) => call(regExpFlags, item, []))(value),
  isAsyncFunction: (value: unknown) =>
    typeof value === 'function' &&
    (inheritsFunction(value, asyncFunctionPrototype) || inheritsFunction(value, asyncGeneratorFunctionPrototype)),
  isGeneratorFunction: (value: unknown) =>
    typeof value === 'function' &&
    (inheritsFunction(value, generatorFunctionPrototype) || inheritsFunction(value, asyncGeneratorFunctionPrototype)),
  isGeneratorObject: (value: unknown) => inheritsFrom(value, generatorPrototype) || inheritsFrom(value, asyncGeneratorPrototype),
  isPromise,
  isMap: brand((value) => call(mapSize, value, [])),
  isSet: brand((value) => call(setSize, value, [])),
  isMapIterator: (value: unknown) => inheritsFrom(value, mapIteratorPrototype),
  isSetIterator: (value: unknown) => inheritsFrom(value, setIteratorPrototype),
  isWeakMap: brand((value) => call(weakMapHas, value, [{}])),
  isWeakSet: brand((value) => call(weakSetHas, value, [{}])),
  isArrayBuffer,
  isDataView: (value: unknown) => ArrayBuffer.isView(value) && tagged(value) === '[object DataView]',
  isSharedArrayBuffer,
  isProxy: (value: unknown) => proxyDetails(value) !== undefined,
  isModuleNamespaceObject: (value: unknown) => typeof value === 'object' && value !== null && namespaces.has(value),
  isAnyArrayBuffer: (value: unknown) => isArrayBuffer(value) || isSharedArrayBuffer(value),
} as const;

function inheritsFunction(value: object, prototype: object): boolean {
  for (let at: object | null = prototypeOf(value); at !== null; at = prototypeOf(at)) if (at === prototype) return true;
  return false;
}

export const create: CreateBinding = () => {
  // The library's own, listed after the binding's.
  const { isDataView: _, ...native } = checks;
  return native;
};
