/** A `System` over the machine's own files and processes, so that the installer's result can be compared with native npm's. For tests. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import type { FileSystem, Result } from '../../fs/types.ts';
import type { ExitStatus, SpawnRequest, System } from '../../system/types.ts';
import { partial } from './partial.ts';
import { temporaryFolder } from './temporary-folder.ts';

function attempt<T>(call: () => T): T | Result {
  try {
    return call();
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    if (typeof errno !== 'number') throw error;
    return errno;
  }
}

function done(call: () => void): Result {
  return attempt(() => {
    call();
    return 0;
  });
}

function stat(path: string, out: Float64Array | BigInt64Array, follow: boolean): Result {
  return done(() => {
    const record = follow ? fs.statSync(path) : fs.lstatSync(path);
    if (out instanceof Float64Array) {
      out[1] = record.mode;
      out[8] = record.size;
      out[12] = Math.floor(record.mtimeMs / 1000);
    }
  });
}

export const hostFiles = {
  stat: (path: string, out: Float64Array | BigInt64Array) => stat(path, out, true),
  lstat: (path: string, out: Float64Array | BigInt64Array) => stat(path, out, false),
  kind: (path: string) => attempt(() => (fs.statSync(path).isDirectory() ? 1 : 0)),
  realpath: (path: string) => attempt(() => fs.realpathSync(path)),
  readlink: (path: string) => attempt(() => fs.readlinkSync(path)),
  readdir: (path: string) =>
    attempt(() =>
      fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        type: entry.isDirectory() ? 2 : entry.isSymbolicLink() ? 3 : 1,
      })),
    ),
  readFile: (path: string) => attempt(() => new Uint8Array(fs.readFileSync(path))),
  writeFile: (path: string, data: Uint8Array, mode = 0o644) =>
    done(() => {
      fs.writeFileSync(path, data, { mode });
    }),
  mkdir: (path: string, mode: number) => done(() => fs.mkdirSync(path, { mode })),
  rmdir: (path: string) => done(() => fs.rmdirSync(path)),
  unlink: (path: string) => done(() => fs.unlinkSync(path)),
  rename: (from: string, to: string) => done(() => fs.renameSync(from, to)),
  symlink: (target: string, path: string) => done(() => fs.symlinkSync(target, path)),
  chmod: (path: string, mode: number) => done(() => fs.chmodSync(path, mode)),
};

export interface HostSystem {
  readonly system: System;
  stdout(): string;
  stderr(): string;
}

/** Everything that the installer calls of a system; the rest throws its name. */
export function hostSystem(cwd: string, files: FileSystem = partial<FileSystem>('FileSystem', hostFiles), terminal = false): HostSystem {
  const folder = temporaryFolder('streams-');
  const streams = ['/dev/null', `${folder}/1`, `${folder}/2`].map((path, fd) => fs.openSync(path, fd === 0 ? 'r' : 'a'));
  const children = new Map<number, ExitStatus>();
  let directory = cwd;
  let nextPid = 100;
  const system = partial<System>('System', {
    pid: 1,
    ppid: 0,
    slot: 1,
    files,
    cwd: () => directory,
    chdir: (path: string) => {
      directory = path;
      return 0;
    },
    isTerminal: () => terminal,
    windowSize: () => ({ columns: 80, rows: 24 }),
    writeBlocking: (fd: number, source: Uint8Array) => fs.writeSync(streams[fd] ?? fd, source),
    setSignalAction: () => 0,
    takeSignals: () => [],
    kill: () => 0,
    spawn: (request: SpawnRequest) => {
      const env = Object.fromEntries(request.env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
      const result = spawnSync(request.file, request.args.slice(1), {
        ...(request.args[0] === undefined ? {} : { argv0: request.args[0] }),
        cwd: request.cwd,
        env: env as NodeJS.ProcessEnv,
        stdio: request.fds.map((fd) => streams[fd] ?? fd),
      });
      const errno = (result.error as NodeJS.ErrnoException | undefined)?.errno;
      if (errno !== undefined) return errno;
      const pid = nextPid++;
      children.set(pid, { pid, code: result.status ?? 0, signal: result.signal === null ? 0 : (os.constants.signals[result.signal] ?? 0) });
      return pid;
    },
    wait4Blocking: (pid: number) => children.get(pid) ?? -10,
  });
  return {
    system,
    stdout: () => fs.readFileSync(`${folder}/1`, 'utf8'),
    stderr: () => fs.readFileSync(`${folder}/2`, 'utf8'),
  };
}
