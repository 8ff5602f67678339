import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

/** The same literals in both runs. */
const PRELUDE = `
const v8 = require('v8'); const { inspect } = require('util');
const withStack = (error) => Object.assign(Object.defineProperty(error, 'stack', { value: 'S', writable: true, configurable: true }));
const cycle = {}; cycle.self = cycle;
class Point { x = 1; }
const values = {
  undefined: undefined, null: null, booleans: [true, false, null, undefined], integers: [1, -1, 0, 2147483647, -2147483648, 'x'], doubles: [1, 1.5, -0, NaN, Infinity], wide: [2 ** 31, 'x', -0, 1e300],
  ascii: 'abc', latin: 'ä\\xff', unicode: '€', aligned: { a: '€', bb: '€€', ccc: '😀' }, long: 'x'.repeat(200), empty: '',
  bigints: [0n, -1n, 2n ** 64n, -(2n ** 70n), 255n], sparse: [1, , 3], extra: Object.assign([1], { x: 1 }), hole: new Array(5), boxed: [Object(1), Object('s'), Object('€'), Object(true), Object(false), Object(5n)],
  dates: [new Date(5), new Date(NaN)], regexps: [/ab/giu, /x/dsmy, /[a]/v], map: new Map([[1, { a: 1 }], ['k', new Map()]]), set: new Set([1, 'a', new Set()]), cycle, twice: [cycle, cycle, 'a', 'a'],
  buffer: Buffer.from('ab'), typed: [new Uint8Array([1]), new Float64Array([1, 2]), new DataView(new ArrayBuffer(4), 1, 2), new Uint16Array(new ArrayBuffer(6), 2, 1), new BigInt64Array(1)], arrayBuffer: new ArrayBuffer(3), resizable: new ArrayBuffer(2, { maxByteLength: 9 }),
  keys: { 1: 1, 4294967295: 2, b: 3, '-1': 4, '01': 5 }, getter: { get a() { return 1; } }, symbol: { [Symbol('q')]: 1, a: 1 }, nothing: Object.create(null), instance: new Point(), nested: { a: [{ b: new Map([[{}, new Set()]]) }] },
  errors: [withStack(new Error('m')), withStack(new TypeError('t', { cause: { a: 1 } })), withStack(new RangeError()), withStack(Object.assign(new Error('n'), { name: 'SyntaxError' }))],
  function: () => {}, symbolValue: Symbol('a'), method: { f() {} }, weak: new WeakMap(), promise: Promise.resolve(), shared: new SharedArrayBuffer(2),
};
`;

function expectSame(script: string): void {
  const native = runNative(PRELUDE + script);
  expect(native.stdout).not.toBe('');
  expect(runOnBindings(['serdes'], PRELUDE + script)).toEqual(native);
}

describe('v8.serialize', () => {
  it('writes the bytes that native writes, or refuses with its error', () => {
    expectSame(`
      for (const [name, value] of Object.entries(values)) {
        try { console.log(name, v8.serialize(value).toString('hex')); } catch (error) { console.log(name, error.constructor.name, error.message); }
      }
    `);
  });

  it('has the parts of a serializer', () => {
    expectSame(`
      const serializer = new v8.Serializer(); serializer.writeHeader(); serializer.writeUint32(300); serializer.writeUint64(0xffffffff, 7); serializer.writeDouble(1.5); serializer.writeRawBytes(Buffer.from('raw')); serializer.writeValue(new Uint16Array([1, 2]));
      const bytes = serializer.releaseBuffer(); console.log(bytes.toString('hex'));
      const reader = new v8.Deserializer(bytes); console.log(reader.readHeader(), reader.getWireFormatVersion(), reader.readUint32(), reader.readUint64(), reader.readDouble(), reader.readRawBytes(3).toString(), reader.readValue());
    `);
  });
});

describe('v8.deserialize', () => {
  it('reads what native wrote', () => {
    expectSame(`
      const native = process.getBuiltinModule('v8');
      for (const [name, value] of Object.entries(values)) {
        let bytes; try { bytes = native.serialize(value); } catch { continue; }
        console.log(name, inspect(v8.deserialize(bytes), { depth: null, showHidden: name === 'errors' }));
      }
    `);
  });

  it('refuses damaged data', () => {
    expectSame(`
      const whole = process.getBuiltinModule('v8').serialize({ a: [1, 'text', new Map([[1, 2]])] });
      for (let size = 0; size < whole.length; size++) { try { console.log(size, v8.deserialize(whole.subarray(0, size))); } catch (error) { console.log(size, error.constructor.name, error.message); } }
      try { v8.deserialize(Buffer.from([0xff, 99, 0x5f])); } catch (error) { console.log(error.message); }
      try { new v8.Deserializer('x'); } catch (error) { console.log(error.constructor.name, error.code, error.message); }
    `);
  });
});
