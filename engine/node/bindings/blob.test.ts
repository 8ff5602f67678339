import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

function expectSame(script: string): void {
  const native = runNative(script);
  expect(native.stdout).not.toBe('');
  expect(runOnBindings(['blob'], script)).toEqual(native);
}

describe('Blob', () => {
  it('holds, slices, reads and streams as native does', () => {
    expectSame(`
      const { Blob } = require('internal/blob');
      const blob = new Blob(['äb', new Uint8Array([1, 2, 3]), new ArrayBuffer(2), new Blob(['inner ', 'blob']), '', new DataView(new ArrayBuffer(3), 1)], { type: 'Text/Plain' });
      console.log(blob, blob.size, blob.type, new Uint8Array(await blob.arrayBuffer()), await blob.text());
      for (const [start, end] of [[0, 0], [1, 4], [2, 100], [-4], [0, -3], [8, 12], [5]]) {
        const part = blob.slice(start, end, 'x/y');
        console.log(start, end, part.size, part.type, new Uint8Array(await part.arrayBuffer()), await part.slice(1, 3).text());
      }
      const chunks = []; for await (const chunk of blob.stream()) chunks.push(chunk);
      console.log(chunks, await new Blob([]).text(), (await new Blob([]).arrayBuffer()).byteLength, await blob.bytes());
      const bytes = new Uint8Array([7, 8]); const kept = new Blob([bytes]); bytes[0] = 9; console.log(new Uint8Array(await kept.arrayBuffer()));
    `);
  });

  it('has object URLs until they are revoked', () => {
    expectSame(`
      const { Blob, resolveObjectURL } = require('internal/blob');
      const { storeDataObject, revokeObjectURL } = binding('blob');
      const { kHandle } = require('internal/blob');
      const blob = new Blob(['abc'], { type: 'a/b' });
      storeDataObject('some-id', blob[kHandle], blob.size, blob.type);
      const found = resolveObjectURL('blob:nodedata:some-id'); console.log(found, await found.text());
      revokeObjectURL('blob:nodedata:some-id'); console.log(resolveObjectURL('blob:nodedata:some-id'), resolveObjectURL('blob:nodedata:other'));
    `);
  });
});
