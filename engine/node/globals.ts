/**
 * The worker's global object becomes Node's: everything the browser put there goes away (Node's library defines its own fetch, URL,
 * EventTarget …), the language's own objects stay.
 */
/** Names that the JavaScript language itself defines (ECMA-262 and ECMA-402), plus WebAssembly: these stay. */
const LANGUAGE = new Set([
  'Object', 'Function', 'Array', 'Number', 'parseFloat', 'parseInt', 'Infinity', 'NaN', 'undefined', 'Boolean', 'String', 'Symbol', 'Date', 'Promise', 'RegExp',
  'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'SuppressedError', 'globalThis', 'JSON', 'Math', 'Intl', 'ArrayBuffer',
  'Atomics', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'Uint8ClampedArray',
  'BigUint64Array', 'BigInt64Array', 'DataView', 'Map', 'BigInt', 'Set', 'Iterator', 'WeakMap', 'WeakSet', 'WeakRef', 'Proxy', 'Reflect', 'FinalizationRegistry',
  'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'eval', 'isFinite', 'isNaN', 'SharedArrayBuffer', 'WebAssembly',
  'DisposableStack', 'AsyncDisposableStack',
]); // prettier-ignore

/** Removes what is the browser's from the global object and its prototypes. `keep` names what must stay. */
export function removeBrowserGlobals(keep: ReadonlySet<string>): void {
  const scope: object = globalThis;
  for (
    let target: object | null = scope;
    target !== null && target !== Object.prototype;
    target = Object.getPrototypeOf(target) as object | null
  ) {
    for (const key of Reflect.ownKeys(target)) {
      if (key === 'constructor' || (typeof key === 'string' && (LANGUAGE.has(key) || keep.has(key)))) continue;
      // What is not configurable stays. Nothing is read first: that would make the interface objects that are only made when somebody looks.
      Reflect.deleteProperty(target, key);
    }
  }
  // What cannot be deleted (constants of prototypes) is hidden from whoever lists the global object.
  for (const key in scope) {
    if (!Object.hasOwn(scope, key))
      Object.defineProperty(scope, key, { value: undefined, writable: true, configurable: true, enumerable: false });
  }
  // The chain's objects are immutable and stay, empty; their constructors' names would still be seen by guests.
  for (
    let target = Object.getPrototypeOf(scope) as object | null;
    target !== null && target !== Object.prototype;
    target = Object.getPrototypeOf(target) as object | null
  ) {
    Object.defineProperty(target, 'constructor', { value: Object, configurable: true, writable: true, enumerable: false });
  }
}
