import { describe, expect, it } from 'vitest';
import { BY_BROWSER, CLOSE, MESSAGE, SharedQueue } from './shared-queue.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('SharedQueue', () => {
  it('gives records in the order in which they came, from another view of the memory', () => {
    const writer = new SharedQueue();
    const reader = new SharedQueue(writer.memory);
    writer.push(MESSAGE, bytes(1, 2, 3));
    writer.push(BY_BROWSER);
    expect(reader.next).toBe(MESSAGE);
    expect(reader.take()).toEqual({ kind: MESSAGE, body: bytes(1, 2, 3) });
    writer.push(CLOSE);
    expect(reader.take()?.kind).toBe(BY_BROWSER);
    expect(reader.take()?.kind).toBe(CLOSE);
    expect(reader.take()).toBeUndefined();
    expect(reader.next).toBeUndefined();
  });

  it('starts again at the beginning once everything was taken, and grows for what is larger', () => {
    const queue = new SharedQueue();
    const size = queue.memory.byteLength;
    for (let round = 0; round < 50; round++) {
      queue.push(MESSAGE, new Uint8Array(1000).fill(round));
      expect(queue.take()?.body).toEqual(new Uint8Array(1000).fill(round));
    }
    expect(queue.memory.byteLength).toBe(size);
    queue.push(MESSAGE, bytes(7));
    queue.push(MESSAGE, new Uint8Array(100_000).fill(9));
    expect(queue.take()?.body).toEqual(bytes(7));
    expect(queue.take()?.body).toEqual(new Uint8Array(100_000).fill(9));
    expect(queue.memory.byteLength).toBeGreaterThan(100_000);
  });

  it('refuses what can never fit', () => {
    expect(new SharedQueue().push(MESSAGE, new Uint8Array(65 * 1024 * 1024))).toBe(false);
  });

  it('knows who reads', () => {
    const queue = new SharedQueue();
    expect(queue.reader).toBe(-1);
    queue.setReader(12);
    expect(new SharedQueue(queue.memory).reader).toBe(12);
  });
});
