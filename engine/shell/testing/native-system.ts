import fs from 'node:fs';
import { uptime } from 'node:os';
import path from 'node:path';
import { READABLE, WRITABLE } from '../../system/types.ts';
import type { DescriptorKind, ExecRequest, ExitStatus, Program, ProcessInfo, SpawnRequest, System } from '../../system/types.ts';
import { attempt, fill, nativeFiles } from './native-files.ts';

/**
 * A System over the machine's own files in which a child runs to its end within `spawn`. Pipes therefore hold as much as a child writes before its
 * reader starts, up to a limit, after which the writer gets EPIPE as if the reader had gone. Test use only.
 */
const PIPE_LIMIT = 1 << 20;

interface Pipe {
  bytes: Uint8Array[];
  size: number;
}

interface Terminal {
  readonly input: Uint8Array[];
  output: string;
  columns: number;
  rows: number;
  foreground: number;
  readonly modes: number[];
}

type OpenFile =
  | { readonly kind: 'file'; readonly native: number; readonly flags: number; references: number }
  | { readonly kind: 'read' | 'write'; readonly pipe: Pipe; references: number }
  | { readonly kind: 'tty'; readonly terminal: Terminal; references: number };

class ProcessExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

class ProcessKilled {
  readonly signal: number;

  constructor(signal: number) {
    this.signal = signal;
  }
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The machine: process numbers, exit statuses, programs. */
export class NativeMachine {
  readonly programs: ReadonlyMap<string, Program>;
  readonly statuses = new Map<number, ExitStatus & { readonly ppid: number }>();
  readonly live = new Map<number, ProcessInfo>();
  private nextPid = 100;

  constructor(programs: ReadonlyMap<string, Program>) {
    this.programs = programs;
  }

  pid(): number {
    return this.nextPid++;
  }

  /** Runs a program to its end with the given standard input. */
  run(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: Record<string, string>; readonly input?: string | Uint8Array },
  ): RunResult {
    const input: Pipe = { bytes: [], size: 0 };
    const bytes = typeof options.input === 'string' ? new TextEncoder().encode(options.input) : (options.input ?? new Uint8Array());
    if (bytes.length > 0) input.bytes.push(bytes);
    const out: Pipe = { bytes: [], size: 0 };
    const err: Pipe = { bytes: [], size: 0 };
    const root = new NativeSystem(this, 1, 0, options.cwd, [
      { kind: 'read', pipe: input, references: 1 },
      { kind: 'write', pipe: out, references: 1 },
      { kind: 'write', pipe: err, references: 1 },
    ]);
    const env = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
    const pid = root.spawn({ file: args[0] ?? '', args, env, cwd: options.cwd, fds: [0, 1, 2] });
    const status = pid < 0 ? { code: -pid, signal: 0 } : this.statuses.get(pid);
    const text = (pipe: Pipe): string => Buffer.concat(pipe.bytes).toString('utf8');
    return {
      stdout: text(out),
      stderr: text(err),
      code: status === undefined ? -1 : status.signal > 0 ? 128 + status.signal : status.code,
    };
  }

  /** Runs a program on a terminal whose keyboard types the given chunks, one a read. */
  runOnTerminal(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: Record<string, string>; readonly keys: readonly string[]; readonly columns?: number },
  ): { readonly output: string; readonly code: number } {
    const terminal: Terminal = {
      input: options.keys.map((key) => new TextEncoder().encode(key)),
      output: '',
      columns: options.columns ?? 80,
      rows: 24,
      foreground: 0,
      modes: [],
    };
    const tty = (): OpenFile => ({ kind: 'tty', terminal, references: 1 });
    const root = new NativeSystem(this, 1, 0, options.cwd, [tty(), tty(), tty()]);
    const env = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
    const pid = root.spawn({ file: args[0] ?? '', args, env, cwd: options.cwd, fds: [0, 1, 2] });
    return { output: terminal.output, code: this.statuses.get(pid)?.code ?? -1 };
  }
}

export class NativeSystem implements System {
  readonly pid: number;
  readonly ppid: number;
  readonly slot = 1;
  readonly files = nativeFiles;
  private readonly machine: NativeMachine;
  private readonly table = new Map<number, OpenFile>();
  private directory: string;
  private mask = 0o022;
  private readonly actions = new Map<number, 'default' | 'handle' | 'ignore'>();
  private signals: number[] = [];

  constructor(machine: NativeMachine, pid: number, ppid: number, directory: string, files: readonly (OpenFile | undefined)[]) {
    this.machine = machine;
    this.pid = pid;
    this.ppid = ppid;
    this.directory = directory;
    files.forEach((file, fd) => {
      if (file !== undefined) this.table.set(fd, file);
    });
  }

  cwd(): string {
    return this.directory;
  }

  chdir(target: string): number {
    const kind = this.files.kind(this.resolve(target));
    if (kind < 0) return kind;
    if (kind === 0) return -20;
    this.directory = path.normalize(this.resolve(target)).replace(/(.)\/$/, '$1');
    return 0;
  }

  resolve(target: string): string {
    if (target.startsWith('/')) return target;
    return this.directory === '/' ? `/${target}` : `${this.directory}/${target}`;
  }

  umask(mask?: number): number {
    const old = this.mask;
    if (mask !== undefined) this.mask = mask;
    return old;
  }

  private place(file: OpenFile, least = 0): number {
    let fd = least;
    while (this.table.has(fd)) fd++;
    this.table.set(fd, file);
    return fd;
  }

  open(target: string, flags: number, mode: number): number {
    const native = attempt(() => {
      const opened = fs.openSync(this.resolve(target), flags, mode & ~this.mask);
      return opened;
    });
    if (native < 0) return native;
    return this.place({ kind: 'file', native, flags, references: 1 });
  }

  close(fd: number): number {
    const file = this.table.get(fd);
    if (file === undefined) return -9;
    this.table.delete(fd);
    file.references--;
    if (file.references === 0 && file.kind === 'file') fs.closeSync(file.native);
    return 0;
  }

  dup(fd: number, least = 0): number {
    const file = this.table.get(fd);
    if (file === undefined) return -9;
    file.references++;
    return this.place(file, least);
  }

  dup2(from: number, to: number): number {
    const file = this.table.get(from);
    if (file === undefined) return -9;
    if (from === to) return to;
    file.references++;
    if (this.table.has(to)) this.close(to);
    this.table.set(to, file);
    return to;
  }

  kind(fd: number): DescriptorKind | number {
    const file = this.table.get(fd);
    if (file === undefined) return -9;
    if (file.kind === 'file') return fs.fstatSync(file.native).isDirectory() ? 'directory' : 'file';
    return file.kind === 'tty' ? 'tty' : 'pipe';
  }

  inode(fd: number): number {
    const file = this.table.get(fd);
    return file?.kind === 'file' ? fs.fstatSync(file.native).ino : -22;
  }

  flags(fd: number): number {
    const file = this.table.get(fd);
    if (file === undefined) return -9;
    return file.kind === 'file' ? file.flags : file.kind === 'read' ? 0 : file.kind === 'write' ? 1 : 2;
  }

  /** Node gives no way to change them. */
  setFlags(fd: number): number {
    return this.table.has(fd) ? -38 : -9;
  }

  read(fd: number, target: Uint8Array, position = -1): number {
    const file = this.table.get(fd);
    if (file === undefined || file.kind === 'write') return -9;
    if (file.kind === 'file') return attempt(() => fs.readSync(file.native, target, 0, target.length, position < 0 ? null : position));
    const queue = file.kind === 'tty' ? file.terminal.input : file.pipe.bytes;
    const chunk = queue[0];
    if (chunk === undefined) return 0;
    const count = Math.min(chunk.length, target.length);
    target.set(chunk.subarray(0, count));
    if (count < chunk.length) queue[0] = chunk.subarray(count);
    else queue.shift();
    if (file.kind === 'read') file.pipe.size -= count;
    return count;
  }

  write(fd: number, source: Uint8Array, position = -1): number {
    const file = this.table.get(fd);
    if (file === undefined || file.kind === 'read') return -9;
    if (file.kind === 'file') return attempt(() => fs.writeSync(file.native, source, 0, source.length, position < 0 ? null : position));
    if (file.kind === 'tty') {
      file.terminal.output += Buffer.from(source).toString('utf8');
      return source.length;
    }
    if (file.pipe.size > PIPE_LIMIT) return -32;
    file.pipe.bytes.push(source.slice());
    file.pipe.size += source.length;
    return source.length;
  }

  readBlocking(fd: number, target: Uint8Array): number {
    return this.read(fd, target);
  }

  writeBlocking(fd: number, source: Uint8Array): number {
    let done = 0;
    while (done < source.length) {
      const count = this.write(fd, source.subarray(done));
      if (count < 0) return count;
      done += count;
    }
    return done;
  }

  stat(fd: number, out: Float64Array | BigInt64Array, offset = 0): number {
    const file = this.table.get(fd);
    if (file === undefined) return -9;
    if (file.kind === 'file') return fill(out, offset, fs.fstatSync(file.native, { bigint: true }));
    for (let i = 0; i < 18; i++)
      if (out instanceof BigInt64Array) out[offset + i] = 0n;
      else out[offset + i] = 0;
    const mode = file.kind === 'tty' ? 0o020620 : 0o010600;
    if (out instanceof BigInt64Array) out[offset + 1] = BigInt(mode);
    else out[offset + 1] = mode;
    return 0;
  }

  seek(fd: number, offset: number, whence: 0 | 1 | 2): number {
    const file = this.table.get(fd);
    if (file?.kind !== 'file') return file === undefined ? -9 : -29;
    // Node has no lseek; the kernel shows the offset, and opening the same file again through /proc would not share it. Reading moves it forwards.
    const now = Number(/pos:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${file.native}`, 'utf8'))?.[1] ?? 0);
    const wanted = whence === 0 ? offset : whence === 1 ? now + offset : fs.fstatSync(file.native).size + offset;
    return this.reposition(fd, file, now, wanted);
  }

  private reposition(fd: number, file: OpenFile & { kind: 'file' }, now: number, wanted: number): number {
    if (wanted > now) {
      const skip = Buffer.alloc(wanted - now);
      fs.readSync(file.native, skip, 0, skip.length, null);
    } else if (wanted < now) {
      // Backwards: a fresh open of the same inode, put in the place of every duplicate in this process.
      const native = fs.openSync(`/proc/self/fd/${file.native}`, file.flags & ~(0o100 | 0o200 | 0o1000));
      if (wanted > 0) {
        const skip = Buffer.alloc(wanted);
        fs.readSync(native, skip, 0, skip.length, null);
      }
      fs.closeSync(file.native);
      (file as { native: number }).native = native;
    }
    void fd;
    return wanted;
  }

  pipe(): readonly [number, number] {
    const pipe: Pipe = { bytes: [], size: 0 };
    const read = this.place({ kind: 'read', pipe, references: 1 });
    return [read, this.place({ kind: 'write', pipe, references: 1 })];
  }

  socketpair(): number {
    return -95;
  }

  listen(): number {
    return -95;
  }

  accept(): number {
    return -95;
  }

  connect(): number {
    return -95;
  }

  localAddress(): number {
    return -95;
  }

  remoteAddress(): number {
    return -95;
  }

  reset(): number {
    return -38;
  }
  shutdown(): number {
    return -95;
  }

  ready(): number {
    return READABLE | WRITABLE;
  }

  watch(): void {}

  unwatch(): void {}

  wakeSequence(): number {
    return 0;
  }

  waitBlocking(): void {}

  wait(): Promise<void> {
    return Promise.resolve();
  }

  wake(): void {}

  wakeThread(): void {}

  watchFiles(): void {}

  isTerminal(fd: number): boolean {
    return this.table.get(fd)?.kind === 'tty';
  }

  windowSize(fd: number): { columns: number; rows: number } | number {
    const file = this.table.get(fd);
    return file?.kind === 'tty' ? { columns: file.terminal.columns, rows: file.terminal.rows } : -25;
  }

  setTerminalMode(fd: number, mode: 0 | 1 | 2): number {
    const file = this.table.get(fd);
    if (file?.kind !== 'tty') return -25;
    file.terminal.modes.push(mode);
    return 0;
  }

  setForeground(fd: number, group: number): number {
    const file = this.table.get(fd);
    if (file?.kind !== 'tty') return -25;
    file.terminal.foreground = group;
    return 0;
  }

  spawn(request: SpawnRequest): number {
    let program: Program | undefined;
    let args = [...request.args];
    const named = /^(?:\/usr\/bin\/|\/bin\/)?([^/]+)$/.exec(request.file)?.[1];
    if (named !== undefined && this.machine.programs.has(named)) program = this.machine.programs.get(named);
    else {
      const file = request.file.startsWith('/') ? request.file : `${request.cwd}/${request.file}`;
      const access = this.files.access(file, 1);
      if (access < 0) return access;
      if (this.files.kind(file) === 1) return -13;
      const head = fs.readFileSync(file, 'utf8').slice(0, 200);
      const shebang = /^#! *(\S+)(?: +(.*\S))?/.exec(head);
      if (shebang === null) return -8;
      program = this.machine.programs.get(path.basename(shebang[1] ?? ''));
      if (program === undefined) return -2;
      args = [shebang[1] ?? '', ...(shebang[2] === undefined ? [] : [shebang[2]]), request.file, ...args.slice(1)];
    }
    if (program === undefined) return -2;
    const pid = this.machine.pid();
    const files = request.fds.map((fd) => {
      const file = this.table.get(fd);
      if (file !== undefined) file.references++;
      return file;
    });
    const child = new NativeSystem(this.machine, pid, this.pid, request.cwd, files);
    child.mask = this.mask;
    const env = new Map(request.env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
    this.machine.live.set(pid, { pid, ppid: this.pid, args, started: Date.now(), state: 'running' });
    const status = { pid, ppid: this.pid, code: 0, signal: 0 };
    try {
      const code = program({ system: child, args, env });
      if (typeof code !== 'number') throw new Error(`${args[0]}: asynchronous programs do not run here`);
      status.code = code;
    } catch (error) {
      if (error instanceof ProcessExit) status.code = error.code;
      else if (error instanceof ProcessKilled) status.signal = error.signal;
      else throw error;
    } finally {
      for (const fd of [...child.table.keys()]) child.close(fd);
      this.machine.live.delete(pid);
    }
    this.machine.statuses.set(pid, status);
    return pid;
  }

  wait4(pid: number): ExitStatus | null | number {
    for (const [key, status] of this.machine.statuses) {
      if (status.ppid !== this.pid || (pid !== -1 && key !== pid)) continue;
      this.machine.statuses.delete(key);
      return { pid: key, code: status.code, signal: status.signal };
    }
    return -10;
  }

  wait4Blocking(pid: number): ExitStatus | number {
    return this.wait4(pid) ?? -10;
  }

  kill(pid: number, signal: number): number {
    if (pid !== this.pid) return this.machine.live.has(pid) || this.machine.statuses.has(pid) ? 0 : -3;
    const action = this.actions.get(signal) ?? 'default';
    if (signal === 0 || action === 'ignore') return 0;
    if (action === 'handle') this.signals.push(signal);
    else throw new ProcessKilled(signal);
    return 0;
  }

  takeSignals(): number[] {
    const taken = this.signals;
    this.signals = [];
    return taken;
  }

  setSignalAction(signal: number, action: 'default' | 'handle' | 'ignore'): number {
    this.actions.set(signal, action);
    return 0;
  }

  niceness(): number {
    return 0;
  }

  setNiceness(): number {
    return -38;
  }

  processGroup(): number {
    return this.pid;
  }

  processes(): ProcessInfo[] {
    return [...this.machine.live.values()];
  }

  startThread(): number {
    return -38;
  }

  stopThread(): number {
    return -38;
  }

  uptime(): number {
    return uptime();
  }

  isThreadRunning(): boolean {
    return false;
  }

  notify(): number {
    return -38;
  }

  /** A child in the process's place. */
  exec(request: ExecRequest): never {
    const pid = this.spawn({ ...request, cwd: this.directory });
    const status = this.machine.statuses.get(pid);
    if (status === undefined) throw new ProcessExit(pid === -2 ? 127 : 126);
    this.machine.statuses.delete(pid);
    if (status.signal > 0) throw new ProcessKilled(status.signal);
    throw new ProcessExit(status.code);
  }

  passDescriptor(): number {
    return -38;
  }

  passedAhead(): number {
    return -1;
  }

  takeDescriptor(): number {
    return -38;
  }

  /** Programs of the engine use `exec`. */
  execve(): number {
    return -38;
  }

  exit(code: number): never {
    throw new ProcessExit(code);
  }
}
