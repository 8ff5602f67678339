import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProject } from '../project.ts';
import { startAutosave } from '../autosave.ts';
import type { ProjectStorage, StorageBatch, StoredProject } from '../storage.ts';
import { openJournal, type JournalPort } from './journal.ts';
import type { FromJournal, ToJournal } from './messages.ts';
import { decodeRecord, encodeRecord, type JournalEntry } from './record.ts';
import { recover } from './recover.ts';
import { JournalSlots, type SlotFile } from './slots.ts';

class MemoryFile implements SlotFile {
  bytes = new Uint8Array();
  /** Bytes that a write takes before the power goes. */
  takes = Infinity;

  read(buffer: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const part = this.bytes.subarray(at, at + buffer.length);
    buffer.set(part);
    return part.length;
  }
  write(buffer: Uint8Array<ArrayBuffer>, { at }: { at: number }): number {
    const part = buffer.subarray(0, this.takes);
    if (at + part.length > this.bytes.length) this.truncate(at + part.length);
    this.bytes.set(part, at);
    return part.length;
  }
  truncate(size: number): void {
    const next = new Uint8Array(size);
    next.set(this.bytes.subarray(0, size));
    this.bytes = next;
  }
  getSize(): number {
    return this.bytes.length;
  }
}

const entry = (sequence: number, text: string): JournalEntry => ({
  sequence,
  batch: { files: new Map([['a.md', text]]), folders: new Map(), links: new Map(), executables: new Map() },
});

describe('encodeRecord', () => {
  const whole: JournalEntry = {
    sequence: 1_790_000_000_123,
    batch: {
      meta: { name: 'Größe', template: null, from: null, held: false },
      removed: ['old.md'],
      files: new Map<string, string | Uint8Array<ArrayBuffer> | null>([
        ['a.md', 'text with \ud800 a lone surrogate and "quotes"\n'],
        ['logo.png', new Uint8Array([0, 1, 255])],
        ['gone.md', null],
        ['empty.bin', new Uint8Array()],
        ['photo.jpg', new Uint8Array([9, 8])],
      ]),
      links: new Map([['link', 'a.md']]),
      executables: new Map([['run.sh', true]]),
      folders: new Map([['old', false]]),
    },
  };
  it('keeps all of a batch', () => {
    expect(decodeRecord(encodeRecord({ generation: 7, entry: whole }))).toEqual({ generation: 7, entry: whole });
    expect(decodeRecord(encodeRecord({ generation: 8, entry: null }))).toEqual({ generation: 8, entry: null });
  });
  it('is not read where any byte is another, or the end is missing', () => {
    const record = encodeRecord({ generation: 7, entry: whole });
    for (let at = 0; at < record.length; at += 1) {
      const changed = record.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      expect(decodeRecord(changed), `byte ${at}`).toBeNull();
      expect(decodeRecord(record.slice(0, at)), `${at} bytes`).toBeNull();
    }
    expect(decodeRecord(new Uint8Array(4096))).toBeNull();
  });
});

describe('JournalSlots', () => {
  it('gives back the last that was written, and nothing once all is stored', () => {
    const files = [new MemoryFile(), new MemoryFile()] as const;
    expect(new JournalSlots(files).left).toBeNull();
    for (let round = 1; round <= 5; round += 1) {
      new JournalSlots(files).write(entry(round, `round ${round}`));
      expect(new JournalSlots(files).left).toEqual(entry(round, `round ${round}`));
    }
    const slots = new JournalSlots(files);
    slots.write(entry(6, 'six'));
    slots.write(null);
    expect(new JournalSlots(files).left).toBeNull();
  });
  it('keeps the record before when one is cut off', () => {
    const files = [new MemoryFile(), new MemoryFile()] as const;
    const slots = new JournalSlots(files);
    slots.write(entry(1, 'first'));
    slots.write(entry(2, 'second'));
    for (const file of files) file.takes = 50;
    expect(() => slots.write(entry(3, 'third'))).toThrow('The journal took 50 of');
    expect(new JournalSlots(files).left).toEqual(entry(2, 'second'));
  });
  it('takes more than it was made for', () => {
    const files = [new MemoryFile(), new MemoryFile()] as const;
    const long = 'x'.repeat(1_000_000);
    new JournalSlots(files).write(entry(1, long));
    expect(new JournalSlots(files).left).toEqual(entry(1, long));
  });
});

describe('recover', () => {
  const stored: StoredProject = {
    name: 'P',
    template: null,
    files: new Map([
      ['a.md', 'stored'],
      ['b.md', 'b'],
    ]),
    folders: new Set(['posts']),
    links: new Map(),
    executables: new Set(['b.md']),
    removed: [],
    tabs: ['a.md'],
    sequence: 5,
  };
  it('takes what the storage does not have, and only that', () => {
    expect(recover(stored, null)).toEqual({ project: stored, unsaved: null });
    expect(recover(stored, entry(5, 'older'))).toEqual({ project: stored, unsaved: null });
    const batch: StorageBatch = {
      files: new Map([
        ['a.md', 'newer'],
        ['b.md', null],
      ]),
      executables: new Map([['b.md', false]]),
      folders: new Map([
        ['posts', false],
        ['notes', true],
      ]),
      links: new Map([['link', 'a.md']]),
      removed: ['b.md'],
    };
    expect(recover(stored, { sequence: 6, batch })).toEqual({
      project: {
        ...stored,
        files: new Map([['a.md', 'newer']]),
        executables: new Set(),
        folders: new Set(['notes']),
        links: new Map([['link', 'a.md']]),
        removed: ['b.md'],
        sequence: 6,
      },
      unsaved: batch,
    });
  });
  it('makes a project that was never stored, but none of edits alone', () => {
    const meta = { name: 'New', template: 'blog', from: null, held: false };
    expect(recover(null, { sequence: 1, batch: { ...entry(1, 'a').batch, meta } })?.project).toMatchObject({
      name: 'New',
      template: 'blog',
      files: new Map([['a.md', 'a']]),
    });
    expect(recover(null, entry(1, 'a'))).toBeNull();
    expect(recover(null, null)).toBeNull();
  });
});

/** A worker whose answers the test gives. */
class FakePort implements JournalPort {
  readonly told: ToJournal[] = [];
  onmessage: JournalPort['onmessage'] = null;
  onerror: JournalPort['onerror'] = null;
  terminated = false;

  postMessage(message: ToJournal): void {
    this.told.push(message);
  }
  answer(message: FromJournal): void {
    this.onmessage?.({ data: message } as MessageEvent<FromJournal>);
  }
  terminate(): void {
    this.terminated = true;
  }
  get written(): unknown[] {
    return this.told.flatMap((message) => (message.type === 'write' ? [message.entry?.sequence ?? null] : []));
  }
}

describe('openJournal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('writes the latest when the file is open, and no more at a time than the worker keeps up with', async () => {
    const port = new FakePort();
    const journal = openJournal('p', () => port);
    journal.write(() => entry(1, 'a'));
    journal.write(() => entry(2, 'b'));
    expect(port.told).toEqual([{ type: 'open', projectId: 'p' }]);
    port.answer({ type: 'opened', left: entry(0, 'left') });
    expect(await journal.left).toEqual(entry(0, 'left'));
    expect(port.written).toEqual([2]);
    for (let sequence = 3; sequence <= 30; sequence += 1) journal.write(() => entry(sequence, 'x'));
    expect(port.written).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    port.answer({ type: 'written' });
    expect(port.written.slice(-2)).toEqual([17, 30]);
  });
  it('writes before it closes', async () => {
    const port = new FakePort();
    const journal = openJournal('p', () => port);
    journal.write(() => entry(1, 'a'));
    const closed = journal.close();
    port.answer({ type: 'opened', left: null });
    expect(port.told.map(({ type }) => type)).toEqual(['open', 'write', 'close']);
    port.answer({ type: 'written' });
    port.answer({ type: 'closed' });
    await closed;
    expect(port.terminated).toBe(true);
  });
  it('leaves nothing where the browser refuses, says so, and opens the project all the same', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const refused = new FakePort();
    const nothing = async (): Promise<null> => null;
    const journal = openJournal('p', () => refused, nothing);
    refused.answer({ type: 'failed', message: 'SecurityError' });
    expect(await journal.left).toBeNull();
    journal.write(() => entry(1, 'a'));
    await journal.close();
    const silent = openJournal('p', () => new FakePort(), nothing);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await silent.left).toBeNull();
    expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
      expect.stringContaining('SecurityError'),
      expect.stringContaining('has not answered'),
    ]);
  });
  it('has what was left although its worker does not start, is silent, or finds the disk full', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const read = async (): Promise<JournalEntry> => entry(5, 'left');
    const noScript = openJournal(
      'p',
      () => {
        throw new Error('no such script');
      },
      read,
    );
    expect(await noScript.left).toEqual(entry(5, 'left'));
    const port = new FakePort();
    const full = openJournal('p', () => port, read);
    port.answer({ type: 'failed', message: 'QuotaExceededError' });
    expect(await full.left).toEqual(entry(5, 'left'));
    const silent = openJournal('p', () => new FakePort(), read);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await silent.left).toEqual(entry(5, 'left'));
  });
});

describe('startAutosave with a journal', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
  afterEach(() => void vi.useRealTimers());

  /** A storage that confirms when the test says so, and a journal that shows what it would write. */
  function open(): {
    project: ReturnType<typeof createProject>;
    save: ReturnType<typeof startAutosave>;
    confirm: (error?: Error) => void;
    saved: StorageBatch[];
    kept: () => JournalEntry | null | undefined;
  } {
    const project = createProject({ id: 'p', name: 'P', files: [['a.md', 'a']] });
    const saved: StorageBatch[] = [];
    let confirm: (error?: Error) => void = () => {};
    const storage: ProjectStorage = {
      load: async () => null,
      save(batch) {
        saved.push(batch);
        return new Promise((resolve, reject) => (confirm = (error) => (error ? reject(error) : resolve())));
      },
      destroy: async () => {},
    };
    let make: () => JournalEntry | null | undefined = () => null;
    const save = startAutosave(project, storage, { journal: { write: (given) => (make = given) }, sequence: 7 });
    return { project, save, confirm: (error) => confirm(error), saved, kept: () => make() };
  }

  it('keeps every change until the storage has confirmed it', async () => {
    const { project, confirm, saved, kept } = open();
    project.write('a.md', 'one');
    expect(kept()).toMatchObject({ sequence: 1000, batch: { files: new Map([['a.md', 'one']]) } });
    await vi.advanceTimersByTimeAsync(1);
    expect(saved).toMatchObject([{ sequence: 1000 }]);
    project.write('b.md', 'two');
    expect(kept()?.batch.files).toEqual(
      new Map([
        ['a.md', 'one'],
        ['b.md', 'two'],
      ]),
    );
    confirm();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()?.batch.files).toEqual(new Map([['b.md', 'two']]));
    await vi.advanceTimersByTimeAsync(200);
    confirm();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()).toBeNull();
    expect(saved.map(({ sequence }) => sequence)).toEqual([1000, 1001]);
  });
  it('keeps what the storage refused, with removals', async () => {
    const { project, confirm, kept } = open();
    project.remove('a.md');
    await vi.advanceTimersByTimeAsync(1);
    confirm(new Error('full'));
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()).toMatchObject({ batch: { files: new Map([['a.md', null]]), removed: ['a.md'] } });
  });
  it('takes over a whole project, and what was edited meanwhile wins', async () => {
    const { project, save, confirm, saved, kept } = open();
    project.write('a.md', 'edited');
    const meta = { name: 'P', template: 'blog', from: null, held: false };
    const adopted = save.adopt({
      meta,
      files: new Map([
        ['a.md', 'template'],
        ['c.md', 'c'],
      ]),
    });
    const files = new Map([
      ['a.md', 'edited'],
      ['c.md', 'c'],
    ]);
    expect(kept()).toMatchObject({ batch: { meta, files } });
    await vi.advanceTimersByTimeAsync(1);
    confirm();
    await adopted;
    expect(saved).toMatchObject([{ meta, files }]);
    expect(kept()).toBeNull();
    expect(project.store.getState().storage).toBe('saved');
  });
  it('stores the newest name, also when one before is still on its way', async () => {
    const { save, confirm, saved, kept } = open();
    const named = (name: string): StorageBatch => ({ meta: { name, template: null, from: null, held: false } });
    void save.adopt(named('One'));
    await vi.advanceTimersByTimeAsync(1);
    void save.adopt(named('Two'));
    void save.adopt(named('Three'));
    expect(kept()).toMatchObject({ batch: named('Three') });
    confirm();
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toMatchObject([named('One'), named('Three')]);
  });
  it('gives the first change what it needs to be a project', async () => {
    const project = createProject({ id: 'p', name: 'P', files: [['a.md', 'a']] });
    let make: () => JournalEntry | null | undefined = () => null;
    const meta = { name: 'P', template: 'blog', unfinished: true };
    const storage: ProjectStorage = { load: async () => null, save: () => new Promise(() => {}), destroy: async () => {} };
    const save = startAutosave(project, storage, { journal: { write: (given) => (make = given) }, meta });
    project.write('a.md', 'typed before the template came');
    expect(recover(null, make() ?? null)?.project).toMatchObject({
      ...meta,
      files: new Map([['a.md', 'typed before the template came']]),
    });
    void save.adopt({ meta: { name: 'P', template: 'blog' } });
    expect(recover(null, make() ?? null)?.project.unfinished).toBeUndefined();
  });
  it('leaves the journal as it is while more is unsaved than it takes', () => {
    const { project, kept } = open();
    project.write('big.bin', new Uint8Array(5 * 1024 * 1024));
    expect(kept()).toBeUndefined();
  });
});
