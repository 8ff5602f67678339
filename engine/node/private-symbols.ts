/**
 * V8's private symbols (src/env_properties.h): properties that no guest can list. JavaScript has none, so each is an accessor on
 * Object.prototype over a WeakMap: reading and writing works on every object, and no object gets an own key.
 */
export function makePrivateSymbols(names: readonly string[]): Record<string, symbol> {
  const symbols: Record<string, symbol> = {};
  for (const [name, description] of names.map((entry) => [entry, `node:${entry}`] as const)) {
    const symbol = Symbol(description);
    const values = new WeakMap<object, unknown>();
    Object.defineProperty(Object.prototype, symbol, {
      configurable: false,
      enumerable: false,
      get(this: object) {
        return typeof this === 'object' || typeof this === 'function' ? values.get(this) : undefined;
      },
      set(this: object, value: unknown) {
        if (typeof this === 'object' || typeof this === 'function') values.set(this, value);
      },
    });
    symbols[name] = symbol;
  }
  return symbols;
}
