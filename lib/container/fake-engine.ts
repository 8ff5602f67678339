import type { WebContainerProcess } from '@webcontainer/api';
import { zipSync } from 'fflate';
import { READ_ATTRIBUTES } from './attributes.ts';
import type { Engine } from './engine.ts';

/** What a fake process can do: print, read its input, and end with a code. */
export interface FakeProcess {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | number | boolean>>;
  print(text: string): void;
  /** Resolves when the process is killed. */
  readonly killed: Promise<void>;
  readonly sizes: { cols: number; rows: number }[];
  readonly input: string[];
}

export type FakeProgram = (process: FakeProcess) => number | Promise<number>;

export interface FakeEngine extends Engine {
  /** Content by path, as the engine has it. Folders are implied, and kept in `folders` when they are empty. */
  readonly files: Map<string, Uint8Array>;
  readonly folders: Set<string>;
  /** Targets of symlinks by path. Only the last name of a path is followed. */
  readonly links: Map<string, string>;
  /** Permission bits of files that were changed from 644. */
  readonly modes: Map<string, number>;
  /** Changes a file as a process of the engine would: watchers hear of it. */
  change(path: string, content: string | Uint8Array | null): void;
  chmod(path: string, mode: number): void;
  symlink(path: string, target: string): void;
  remove(path: string): void;
  announce(path: string): void;
  emit(event: 'server-ready', port: number, url: string): void;
  emit(event: 'port', port: number, type: 'open' | 'close', url: string): void;
  emit(event: 'error', error: { message: string; code?: string }): void;
  /** Names and arguments of everything that was spawned. */
  readonly spawned: string[];
  readonly writes: string[];
  tornDown: boolean;
}

/** An engine in memory for tests: files, watchers, and programs given by name (`npm run build`, `sh` …). The longest matching name wins. */
export function createFakeEngine(programs: Readonly<Record<string, FakeProgram>> = {}): FakeEngine {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>();
  const links = new Map<string, string>();
  const modes = new Map<string, number>();
  const watchers = new Set<(event: 'rename' | 'change', filename: string) => void>();
  const listeners = new Map<string, Set<(...args: never[]) => void>>();
  const encoder = new TextEncoder();
  const clean = (path: string): string => path.replace(/^\.\/?|^\.$/, '').replace(/\/$/, '');
  const isFolder = (path: string): boolean =>
    path === '' || folders.has(path) || [...files.keys(), ...links.keys(), ...folders].some((other) => other.startsWith(`${path}/`));
  const fail = (code: string, call: string, path: string): never => {
    throw new Error(`${code}: ${call} '${path}'`);
  };
  const announce = (path: string): void => {
    for (const watcher of watchers) queueMicrotask(() => watcher('change', path));
  };

  /** Where a path leads to. */
  const real = (path: string): string => {
    const target = links.get(path);
    if (target === undefined) return path;
    const names = path.split('/').slice(0, -1);
    for (const name of target.split('/')) {
      if (name === '..') names.pop();
      else names.push(name);
    }
    return real(names.join('/'));
  };

  const fs = {
    async readFile(input: string, encoding?: string) {
      const path = real(clean(input));
      const bytes = files.get(path) ?? fail(isFolder(path) ? 'EISDIR' : 'ENOENT', 'open', path);
      return encoding === undefined ? bytes.slice() : new TextDecoder().decode(bytes);
    },
    async writeFile(input: string, data: string | Uint8Array) {
      const path = real(clean(input));
      if (isFolder(path)) fail('EISDIR', 'open', path);
      engine.writes.push(path);
      files.set(path, typeof data === 'string' ? encoder.encode(data) : data.slice());
      announce(path);
    },
    async mkdir(input: string) {
      folders.add(clean(input));
      announce(clean(input));
    },
    async rm(input: string, options?: { force?: boolean }) {
      const path = clean(input);
      if (!files.has(path) && !links.has(path) && !isFolder(path)) return options?.force ? undefined : fail('ENOENT', 'rm', path);
      for (const map of [links, modes])
        for (const other of [...map.keys()]) if (other === path || other.startsWith(`${path}/`)) map.delete(other);
      for (const other of [...files.keys()]) if (other === path || other.startsWith(`${path}/`)) files.delete(other);
      for (const other of [...folders]) if (other === path || other.startsWith(`${path}/`)) folders.delete(other);
      announce(path);
    },
    async rename(from: string, to: string) {
      files.set(to, files.get(from) ?? fail('ENOENT', 'rename', from));
      files.delete(from);
      announce(from);
      announce(to);
    },
    async readdir(input: string, options?: { withFileTypes?: boolean }) {
      const path = clean(input);
      if (!isFolder(path)) fail(files.has(path) ? 'ENOTDIR' : 'ENOENT', 'scandir', path);
      const prefix = path === '' ? '' : `${path}/`;
      const names = new Set(
        [...files.keys(), ...links.keys(), ...folders]
          .filter((other) => other.startsWith(prefix) && other !== path)
          .map((other) => other.slice(prefix.length).split('/')[0] ?? ''),
      );
      return [...names].map((name) =>
        options?.withFileTypes
          ? {
              name,
              isFile: () => files.has(prefix + name),
              isDirectory: () => !files.has(prefix + name) && !links.has(prefix + name),
            }
          : name,
      );
    },
    watch(_path: string, _options: unknown, listener: (event: 'rename' | 'change', filename: string) => void) {
      watchers.add(listener);
      return { close: () => void watchers.delete(listener) };
    },
  };

  /** The programs by which the IDE reads and sets modes. */
  const builtIn = (command: string, args: readonly string[]): FakeProgram | undefined => {
    if (command === 'chmod') {
      return () => {
        for (const path of args.slice(1)) modes.set(clean(path), Number.parseInt(args[0] ?? '', 8));
        return 0;
      };
    }
    if (args[1] !== READ_ATTRIBUTES) return undefined;
    return ({ print }) => {
      const found = args.slice(3).map((path) => links.get(path) ?? (files.has(path) ? 0o100000 | (modes.get(path) ?? 0o644) : null));
      print(`\u0001${JSON.stringify(found)}\u0001`);
      return 0;
    };
  };

  const engine = {
    fs,
    files,
    folders,
    links,
    modes,
    workdir: '/home/project',
    spawned: [] as string[],
    writes: [] as string[],
    tornDown: false,
    announce,
    change(path: string, content: string | Uint8Array | null) {
      if (content === null) files.delete(path);
      else files.set(path, typeof content === 'string' ? encoder.encode(content) : content);
      announce(path);
    },
    chmod(path: string, mode: number) {
      modes.set(path, mode);
      announce(path);
    },
    symlink(path: string, target: string) {
      links.set(path, target);
      announce(path);
    },
    remove(path: string) {
      files.delete(path);
      links.delete(path);
      modes.delete(path);
      announce(path);
    },
    emit(event: string, ...args: unknown[]) {
      for (const listener of listeners.get(event) ?? []) (listener as (...values: unknown[]) => void)(...args);
    },
    on(event: string, listener: (...args: never[]) => void) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => void set.delete(listener);
    },
    async mount(tree: Tree) {
      const walk = (node: Tree, prefix: string): void => {
        for (const [name, entry] of Object.entries(node)) {
          if ('directory' in entry) {
            folders.add(prefix + name);
            walk(entry.directory, `${prefix}${name}/`);
          } else if ('symlink' in entry.file) links.set(prefix + name, entry.file.symlink);
          else
            files.set(
              real(prefix + name),
              typeof entry.file.contents === 'string' ? encoder.encode(entry.file.contents) : entry.file.contents,
            );
        }
      };
      walk(tree, '');
    },
    async export(folder: string) {
      const prefix = clean(folder) === '' ? '' : `${clean(folder)}/`;
      return zipSync(
        Object.fromEntries([...files].flatMap(([path, bytes]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), bytes]] : []))),
      );
    },
    async setPreviewScript() {},
    teardown() {
      engine.tornDown = true;
    },
    async spawn(command: string, args: string[], options: { env?: Record<string, string> } = {}): Promise<WebContainerProcess> {
      const line = [command, ...args].join(' ');
      engine.spawned.push(args[1] === READ_ATTRIBUTES ? `read attributes ${args.slice(3).join(' ')}` : line);
      const name = Object.keys(programs)
        .filter((candidate) => line.startsWith(candidate))
        .sort((a, b) => b.length - a.length)[0];
      const program = builtIn(command, args) ?? (name === undefined ? undefined : programs[name]);
      let controller: ReadableStreamDefaultController<string> | undefined;
      const output = new ReadableStream<string>({ start: (value) => void (controller = value) });
      let kill = (): void => {};
      const killed = new Promise<void>((resolve) => (kill = resolve));
      const sizes: { cols: number; rows: number }[] = [];
      const input: string[] = [];
      const run = async (): Promise<number> => {
        if (program === undefined) {
          controller?.enqueue(`${command}: command not found\r\n`);
          return 127;
        }
        const code = Promise.resolve(
          program({ args, env: options.env ?? {}, print: (text) => controller?.enqueue(text), killed, sizes, input }),
        );
        return Promise.race([code, killed.then(() => 143)]);
      };
      const exit = run().finally(() => controller?.close());
      return {
        exit,
        output,
        input: new WritableStream<string>({ write: (text) => void input.push(text) }),
        kill,
        resize: (size) => void sizes.push(size),
      };
    },
  };
  return engine as unknown as FakeEngine;
}

interface Tree {
  [name: string]: { directory: Tree } | { file: { contents: string | Uint8Array } | { symlink: string } };
}
