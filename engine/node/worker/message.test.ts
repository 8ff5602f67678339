import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../environment.ts';
import { perContextExports } from '../realm.ts';
import { packMessage, unpackMessage } from './message.ts';

const mode = Symbol('mode');
const environment = {
  symbols: { messaging_clone_symbol: Symbol('clone'), messaging_transfer_symbol: Symbol('transfer') },
  privateSymbols: { transfer_mode_private_symbol: mode, untransferable_object_private_symbol: Symbol('untransferable') },
} as unknown as Environment;
perContextExports.set(environment, { DOMException });
const ports = { isPort: (_value: unknown): _value is MessagePort => false, isDetached: () => false };
const copy = (value: unknown, transfer: unknown[] = []) => unpackMessage(environment, packMessage(environment, ports, value, transfer));

describe('messages between ports', () => {
  it('keep what structured clone keeps', () => {
    const shared = { n: 1 };
    const value = {
      list: [1, 'é', 2n, null],
      map: new Map([[shared, new Set([shared])]]),
      date: new Date(5),
      bytes: new Uint16Array([1, 2]),
    };
    expect(copy(value)).toEqual(value);
    const [[left, set]] = [...(copy(value) as typeof value).map] as [[object, Set<object>]];
    expect(set.has(left)).toBe(true);
  });

  it('share memories and move buffers beside the bytes', () => {
    const memory = new SharedArrayBuffer(4);
    const buffer = new ArrayBuffer(8);
    const packed = packMessage(environment, ports, { memory, view: new Uint32Array(memory), buffer }, [buffer]);
    expect(packed.items).toContain(memory);
    expect(packed.transferred).toEqual([buffer]);
    const result = unpackMessage(environment, packed) as { memory: SharedArrayBuffer; view: Uint32Array; buffer: ArrayBuffer };
    expect(result.memory).toBe(memory);
    expect(result.view.buffer).toBe(memory);
    expect(result.buffer).toBe(buffer);
  });

  it('refuse what cannot be cloned, as DataCloneError', () => {
    const marked = { [mode]: 0 };
    for (const value of [() => 1, Symbol('s'), { deep: [new WeakMap()] }, marked]) {
      expect(() => copy(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }) as Error);
    }
    expect(() => copy(1, [{}])).toThrow('Found invalid value in transferList.');
  });

  it('take objects of other realms', () => {
    expect(copy(runInNewContext('({ a: [1, { b: 2 }] })'))).toEqual({ a: [1, { b: 2 }] });
  });
});
