/** Classes of the part of crypto that is loaded later, by their names: Node's library takes hold of them when it begins. */

export type Constructor = new (...args: never[]) => object;
type Real = Record<string, ((...args: readonly unknown[]) => unknown) | undefined>;

const reals = new WeakMap<object, object>();

/** What stands behind an object of such a class; undefined for others. */
export const realOf = (instance: unknown): object | undefined =>
  typeof instance === 'object' && instance !== null ? reals.get(instance) : undefined;

/**
 * @param methods names of the prototype's
 * @param load gives the real class
 * @param getters names of properties that each instance shows
 */
export function lazyClass(name: string, methods: readonly string[], load: () => Constructor, getters: readonly string[] = []): Constructor {
  const instances = new WeakMap<object, Real>();
  const realOf = (instance: object): Real => {
    const real = instances.get(instance);
    if (real === undefined) throw new TypeError('Illegal invocation');
    return real;
  };
  const Lazy = class {
    constructor(...args: readonly unknown[]) {
      const Loaded = load() as unknown as new (...args: readonly unknown[]) => Real;
      const real = new Loaded(...args);
      instances.set(this, real);
      reals.set(this, real);
      for (const getter of getters) Object.defineProperty(this, getter, { enumerable: true, get: () => real[getter] });
    }
  };
  Object.defineProperty(Lazy, 'name', { value: name });
  for (const method of methods) {
    Object.defineProperty(Lazy.prototype, method, {
      configurable: true,
      writable: true,
      value(this: object, ...args: readonly unknown[]): unknown {
        const real = realOf(this);
        return real[method]?.call(real, ...args);
      },
    });
  }
  return Lazy;
}
