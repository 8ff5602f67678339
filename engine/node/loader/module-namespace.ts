/** Module namespace exotic objects (ECMA-262, 10.4.6), as a Proxy: sorted names, live values, dead zones, no extension. */
import { NativeProxy, registerModuleNamespace } from '../bindings/types.ts';

const PREPARE = 'prepareStackTrace';

/** Whether the code that `handler` was called from is strict: V8 shows no function of such a frame. */
function isCalledByStrictCode(handler: object): boolean {
  const prepare = Object.getOwnPropertyDescriptor(Error, PREPARE);
  const holder: { stack?: unknown } = {};
  Object.defineProperty(Error, PREPARE, { value: (_: unknown, sites: unknown) => sites, writable: true, configurable: true });
  try {
    Error.captureStackTrace(holder, handler as (...args: never[]) => unknown);
    const [site] = holder.stack as {
      getFunction(): unknown;
      getFunctionName(): string | null;
      getScriptNameOrSourceURL(): string | null;
    }[];
    if (site === undefined || site.getFunction() !== undefined) return false;
    // Of the language's own functions, all strict, Reflect.set() is the one that does not throw.
    return site.getFunctionName() !== 'set' || (site.getScriptNameOrSourceURL() ?? '') !== '';
  } finally {
    if (prepare !== undefined) Object.defineProperty(Error, PREPARE, prepare);
  }
}

/** `read` gives the value of an export by name, or throws in its temporal dead zone. */
export function createNamespace(names: readonly string[], read: (name: string) => unknown): object {
  const sorted = names.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const exported = new Set<string | symbol>(sorted);
  const target = Object.create(null) as Record<string | symbol, unknown>;
  // The invariants of proxies ask that properties reported as not configurable exist so on the target.
  for (const name of sorted)
    Object.defineProperty(target, name, { value: undefined, writable: true, enumerable: true, configurable: false });
  Object.defineProperty(target, Symbol.toStringTag, { value: 'Module' });
  Object.preventExtensions(target);
  const describe = (key: string): PropertyDescriptor => ({ value: read(key), writable: true, enumerable: true, configurable: false });
  const namespace = new NativeProxy(target, {
    get: (_, key) => (typeof key === 'string' && exported.has(key) ? read(key) : Reflect.get(target, key)),
    // Sloppy code goes on, Reflect says that it failed.
    set: function refuse(_, key) {
      if (!isCalledByStrictCode(refuse)) return false;
      throw new TypeError(
        exported.has(key)
          ? `Cannot assign to read only property '${String(key)}' of object '[object Module]'`
          : `Cannot add property ${String(key)}, object is not extensible`,
      );
    },
    has: (_, key) => exported.has(key) || key === Symbol.toStringTag,
    deleteProperty: (_, key) => !exported.has(key) && key !== Symbol.toStringTag,
    ownKeys: () => [...sorted, Symbol.toStringTag],
    getOwnPropertyDescriptor: (_, key) =>
      typeof key === 'string' && exported.has(key) ? describe(key) : Reflect.getOwnPropertyDescriptor(target, key),
    defineProperty: (_, key, descriptor) => {
      if (key === Symbol.toStringTag) return Reflect.defineProperty(target, key, descriptor);
      if (typeof key !== 'string' || !exported.has(key)) return false;
      if (
        descriptor.configurable === true ||
        descriptor.enumerable === false ||
        descriptor.writable === false ||
        descriptor.get ||
        descriptor.set
      )
        return false;
      return !('value' in descriptor) || Object.is(descriptor.value, read(key));
    },
    getPrototypeOf: () => null,
    setPrototypeOf: (_, prototype) => prototype === null,
    isExtensible: () => false,
    preventExtensions: () => true,
  });
  registerModuleNamespace(namespace);
  return namespace;
}
