import { describe, expect, it } from 'vitest';
import { forEachParallel } from './parallel.ts';

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('forEachParallel', () => {
  it('runs everything, and no more than the limit at a time', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachParallel([...Array(20).keys()], 3, async (item) => {
      most = Math.max(most, (running += 1));
      await tick();
      running -= 1;
      done.push(item);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(most).toBe(3);
  });
  it('begins nothing after a failure, and rejects when what had begun is over', async () => {
    const begun: number[] = [];
    let over = false;
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      await tick();
      over = true;
    };
    await expect(forEachParallel([0, 1, 2, 3, 4], 2, work)).rejects.toThrow('one');
    expect(begun).toEqual([0, 1]);
    expect(over).toBe(true);
  });
  it('begins nothing after an abort', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      controller.abort();
    };
    await expect(forEachParallel([0, 1, 2], 1, work, controller.signal)).rejects.toThrow();
    expect(begun).toEqual([0]);
  });
});
