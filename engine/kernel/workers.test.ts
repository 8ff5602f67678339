import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KernelToWorker, NodeImage, WorkerKind } from '../protocol/worker-messages.ts';
import type { Control } from '../system/control.ts';
import { createControl, openControl, slotAt } from '../system/control.ts';
import { MAX_SLOTS, SLOT } from '../system/layout.ts';
import type { FileSystemKill } from './workers.ts';
import { WorkerPool } from './workers.ts';

const IMAGE: NodeImage = {
  builtins: new SharedArrayBuffer(1),
  rest: new SharedArrayBuffer(1),
  restState: new SharedArrayBuffer(4),
  dumps: new SharedArrayBuffer(1),
};

/** A pool over workers that only note what reaches them. */
function open(
  warm: Record<WorkerKind, number> = { node: 1, thread: 0, program: 1 },
  refillDelay = 60_000,
  { control = openControl(createControl(), 0), kill = () => {} }: { control?: Control; kill?: FileSystemKill['requestKill'] } = {},
) {
  const workers: { kind: WorkerKind; messages: KernelToWorker[]; isTerminated: boolean; boot: () => void }[] = [];
  const pool = new WorkerPool({
    control,
    files: new SharedArrayBuffer(1),
    kill: { requestKill: kill, lockForKill: () => () => {} },
    create: (kind, { message }) => {
      const worker = { kind, messages: [] as KernelToWorker[], isTerminated: false, boot: () => message({ type: 'ready' }, []) };
      workers.push(worker);
      return { post: (message) => void worker.messages.push(message), terminate: () => void (worker.isTerminated = true) };
    },
    warm,
    refillDelay,
    onMessage: () => {},
    onDeath: () => {},
  });
  onTestFinished(() => pool.close());
  return { pool, workers, state: () => workers.map(({ kind, messages }) => `${kind} ${messages.map(({ type }) => type).join()}`) };
}

describe('WorkerPool', () => {
  it('makes Node’s first worker at once and boots it when Node is there', () => {
    const { pool, state, workers } = open();
    expect(state()).toEqual(['program boot', 'node ']);
    expect(pool.take('node')).toBeNull();
    pool.setNode(IMAGE);
    expect(state()).toEqual(['program boot', 'node boot']);
    expect(workers[1]?.messages[0]).toMatchObject({ type: 'boot', kind: 'node', node: IMAGE });
    expect(pool.take('node')).toMatchObject({ kind: 'node' });
    expect(state()).toEqual(['program boot', 'node boot']);
  });

  it('ends it where there is no Node', () => {
    const { pool, workers } = open();
    pool.setNode(null);
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([false, true]);
    expect(pool.take('node')).toBeNull();
  });

  it('boots nothing that came too late', () => {
    const { pool, workers, state } = open();
    pool.close();
    pool.setNode(IMAGE);
    expect(state()).toEqual(['program boot', 'node ']);
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, true]);
  });

  it('makes another where it died before Node came', () => {
    const { pool, workers, state } = open();
    // Slots are given out in order; 0 is the kernel's.
    pool.end(2);
    expect(workers[1]?.isTerminated).toBe(true);
    pool.setNode(IMAGE);
    expect(state()).toEqual(['program boot', 'node ', 'node boot']);
  });

  it('tells each worker its number among those of its slot, so that a kill also stops one that has not booted', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const killed: [number, number][] = [];
    const control = openControl(createControl(), 0);
    const { pool, workers } = open(undefined, 0, { control, kill: (...request) => void killed.push(request) });
    pool.setNode(IMAGE);
    const boots = () => workers.map(({ messages }) => messages[0]).filter((message) => message?.type === 'boot');
    // Slot 2 rests; it comes again after all others.
    for (let round = 0; round < MAX_SLOTS; round++) {
      const taken = pool.take('node');
      if (taken === null) throw new Error('No slot was left.');
      pool.end(taken.slot);
      vi.advanceTimersByTime(100);
    }
    const ofSlot = boots().filter(({ slot }) => slot === 2);
    expect(ofSlot.map(({ incarnation }) => incarnation)).toEqual([1, 2]);
    expect(killed[0]).toEqual([2, 1]);
    expect(Atomics.load(control.words, slotAt(2) + SLOT.KILL)).toBe(2);
  });

  it('makes those that wait warm one after the other, when nothing has happened for a second', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { pool, workers } = open({ node: 1, thread: 0, program: 3 }, 4000);
    pool.setNode(IMAGE);
    expect(workers).toHaveLength(3);
    for (const worker of workers) worker.boot();
    pool.take('node');
    vi.advanceTimersByTime(3900);
    pool.active();
    vi.advanceTimersByTime(900);
    pool.active();
    vi.advanceTimersByTime(900);
    expect(workers).toHaveLength(3);
    vi.advanceTimersByTime(200);
    expect(workers.slice(3).map(({ kind }) => kind)).toEqual(['node']);
    pool.active();
    workers[3]?.boot();
    vi.advanceTimersByTime(900);
    expect(workers).toHaveLength(4);
    vi.advanceTimersByTime(200);
    expect(workers.slice(4).map(({ kind }) => kind)).toEqual(['program']);
  });

  it('makes them where something happens all the time, too', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { pool, workers } = open(undefined, 4000);
    pool.setNode(IMAGE);
    for (const worker of workers) worker.boot();
    pool.take('node');
    for (let time = 0; time < 13_900; time += 100) {
      pool.active();
      vi.advanceTimersByTime(100);
    }
    expect(workers).toHaveLength(2);
    pool.active();
    vi.advanceTimersByTime(200);
    expect(workers.slice(2).map(({ kind }) => kind)).toEqual(['node']);
  });
});
