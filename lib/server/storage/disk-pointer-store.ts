import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, namesIn, placeIfAbsent } from './disk-files.ts';
import { DiskStore } from './disk-store.ts';
import { pageOf, requireKey, type Json, type Page, type PageOptions, type Pointer, type PointerStore } from './storage.ts';

const VERSION = /^@(\d{12})$/;

/** Writers before it that a document remembers. */
const REMEMBERED = 32;

interface Document {
  /** Absent: removed. */
  readonly value?: Json;
  /** Of this writing, no other. */
  readonly id: string;
  /** Ids of the writings before, the latest first. */
  readonly before: readonly string[];
}

interface Newest {
  readonly number: number;
  readonly document: Document;
}

/**
 * Documents as files `<folder>/<key>/@<number>`, of which the highest counts. A writer makes the next number by `link`, which fails when somebody else has
 * made it: so one of several writers wins, in one server and among several on one file system, and a crash leaves the old document or the new one.
 *
 * Older numbers are removed by whoever has made a newer one. A writer that was so slow that its number had come and gone makes it once more, finds a higher
 * one and has lost. One whose number others have already built on finds a higher one, too, but with its own writing among those before.
 */
export class DiskPointerStore extends DiskStore implements PointerStore {
  constructor(folder: string) {
    super(folder, '@temporary');
  }

  async get(key: string): Promise<Pointer | null> {
    const newest = await this.#newest(requireKey(key));
    return newest?.document.value === undefined ? null : { value: newest.document.value, version: String(newest.number) };
  }

  async swap(key: string, value: Json, expected: string | null): Promise<string | null> {
    const newest = await this.#newest(requireKey(key));
    const version = newest?.document.value === undefined ? null : String(newest.number);
    if (version !== expected) return null;
    const made = await this.#make(key, newest, { value });
    return made === null ? null : String(made);
  }

  async delete(key: string, expected: string): Promise<boolean> {
    const newest = await this.#newest(requireKey(key));
    if (newest?.document.value === undefined || String(newest.number) !== expected) return false;
    // The number stays taken: a document of this key that comes later is a newer one.
    return (await this.#make(key, newest, {})) !== null;
  }

  async list(prefix: string, options: PageOptions = {}): Promise<Page<string>> {
    if (prefix !== '') requireKey(prefix.replace(/\/$/, ''));
    const keys: string[] = [];
    const walk = async (folder: string, before: string): Promise<void> => {
      const names = await namesIn(folder);
      if (before !== '' && names.some((name) => VERSION.test(name)) && (await this.get(before)) !== null) keys.push(before);
      for (const name of names) if (!name.startsWith('@')) await walk(join(folder, name), before === '' ? name : `${before}/${name}`);
    };
    await walk(join(this.folder, prefix), prefix.replace(/\/$/, ''));
    return pageOf(
      keys.filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1)),
      options,
    );
  }

  async #numbers(key: string): Promise<number[]> {
    const names = await namesIn(join(this.folder, key));
    return names.flatMap((name) => Number(VERSION.exec(name)?.[1] ?? Number.NaN)).filter((number) => !Number.isNaN(number));
  }

  async #newest(key: string): Promise<Newest | null> {
    for (;;) {
      const number = Math.max(0, ...(await this.#numbers(key)));
      if (number === 0) return null;
      try {
        return { number, document: JSON.parse(await readFile(this.#path(key, number), 'utf8')) as Document };
      } catch (error) {
        // A newer one has come and this one is gone: look again.
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    }
  }

  async #make(key: string, newest: Newest | null, content: Pick<Document, 'value'>): Promise<number | null> {
    const number = (newest?.number ?? 0) + 1;
    const path = this.#path(key, number);
    const before = newest === null ? [] : [newest.document.id, ...newest.document.before].slice(0, REMEMBERED);
    const document: Document = { ...content, id: randomUUID(), before };
    const isPlaced = await this.temporary.through(
      (file) => file.writeFile(JSON.stringify(document)),
      (temporary) => placeIfAbsent(temporary, path),
    );
    if (!isPlaced) return null;
    const numbers = await this.#numbers(key);
    if (numbers.some((other) => other > number)) {
      await rm(path, { force: true });
      return (await this.#newest(key))?.document.before.includes(document.id) === true ? number : null;
    }
    for (const older of numbers) if (older < number) await rm(this.#path(key, older), { force: true });
    return number;
  }

  #path(key: string, number: number): string {
    return join(this.folder, key, `@${String(number).padStart(12, '0')}`);
  }
}
