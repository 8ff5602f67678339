import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFileSystem, formatFileSystem, lockForKill, openFileSystem, requestKill, unlockAfterKill } from '../fs/file-system.ts';
import { createControl, openControl, wakeFileWatchers } from '../system/control.ts';
import { SIGNALS } from '../system/signals.ts';
import { Kernel } from './kernel.ts';
import type { RunningProcess } from './run.ts';
import type { CreateWorker } from './workers.ts';

let kernel: Kernel;
let errors: string[];
let ports: string[];
let filesMemory: SharedArrayBuffer;

/** What testing/program-thread.ts has. */
const PROGRAMS = ['cat', 'crash', 'echo', 'exit', 'orphan', 'parent', 'pid', 'replace', 'scribble', 'serve', 'sleep', 'spin', 'trap'];

let program: string;

/**
 * As plain JavaScript: the TypeScript support of each thread is WebAssembly, and Node 24 may abort in V8 when threads that load it end ("Check failed:
 * jit_page.has_value()").
 */
beforeAll(async () => {
  const entry = join(import.meta.dirname, 'testing', 'program-thread.ts');
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
  });
  program = outputFiles[0]?.text ?? '';
});

/** Threads of Node stand in for the browser's workers. */
const createThread: CreateWorker = (_kind, events) => {
  const worker = new Worker(program, { eval: true });
  worker.on('message', (message: unknown) => events.message(message, []));
  worker.on('error', (error: Error) => events.error(error.message));
  return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
};

beforeEach(async () => {
  errors = [];
  ports = [];
  filesMemory = new SharedArrayBuffer(16 * 1024 * 1024);
  formatFileSystem(filesMemory);
  const control = openControl(createControl(), 0);
  kernel = new Kernel({
    control,
    filesMemory,
    files: openFileSystem(filesMemory, { slot: 0, onChange: () => wakeFileWatchers(control) }),
    node: Promise.resolve(null),
    kill: {
      requestKill: (slot, incarnation) => requestKill(filesMemory, slot, incarnation),
      lockForKill: () => {
        lockForKill(filesMemory, 0);
        return () => unlockAfterKill(filesMemory);
      },
    },
    createWorker: createThread,
    warm: { node: 0, thread: 0, program: 1 },
    refillDelay: 1000,
    workdir: '/home/test',
    programs: PROGRAMS,
    events: {
      portOpened: (port) => void ports.push(`open ${port}`),
      portClosed: (port) => void ports.push(`close ${port}`),
      error: (message) => void errors.push(message),
      host: () => {},
    },
  });
  await kernel.ready;
});

afterEach(() => kernel.close());

interface Run {
  readonly process: RunningProcess;
  readonly output: () => string;
  /** Fulfilled when the output contains a text. */
  readonly shows: (text: string) => Promise<void>;
}

function start(args: readonly string[], how: 'pipes' | 'terminal' = 'pipes'): Run {
  let text = '';
  let look = (): void => {};
  const sink = (bytes: Uint8Array): void => {
    text += new TextDecoder().decode(bytes);
    look();
  };
  const request = { command: args[0] ?? '', args: args.slice(1), cwd: '/home/test', env: ['PATH=/bin'] };
  const process = how === 'pipes' ? kernel.runOnPipes(request, sink, sink) : kernel.runOnTerminal(request, { columns: 80, rows: 24 }, sink);
  if (typeof process === 'number') throw new Error(`errno ${process}`);
  return {
    process,
    output: () => text,
    shows: (wanted) =>
      new Promise((resolve) => {
        look = () => {
          if (text.includes(wanted)) resolve();
        };
        look();
      }),
  };
}

/** Waits, a macrotask at a time, for what the kernel's loop will see. */
async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('Kernel', () => {
  it('runs programs, uses their workers again, and reports exit codes', async () => {
    for (let i = 0; i < 5; i++) {
      const { process, output } = start(['echo', 'hello', String(i)]);
      expect(await process.exit).toBe(0);
      expect(output()).toBe(`hello ${i}\n`);
    }
    expect(await start(['exit', '42']).process.exit).toBe(42);
  });

  it('refuses what does not exist or is not executable', () => {
    const run = (command: string): unknown =>
      kernel.runOnPipes(
        { command, args: [], cwd: '/home/test', env: ['PATH=/bin'] },
        () => {},
        () => {},
      );
    kernel.files.writeFile('/home/test/plain', new Uint8Array(), 0o644);
    kernel.files.writeFile('/home/test/binary', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0), 0o755);
    expect(run('missing')).toBe(-2);
    expect(run('./plain')).toBe(-13);
    expect(run('./binary')).toBe(-8);
    expect(run('/home')).toBe(-13);
  });

  it('follows #! lines, with and without env', async () => {
    const write = (name: string, text: string): number =>
      kernel.files.writeFile(`/home/test/${name}`, new TextEncoder().encode(text), 0o755);
    write('direct', '#!/bin/echo from\n');
    write('through-env', '#!/usr/bin/env -S echo by env\n');
    const direct = start(['./direct', 'x']);
    await direct.process.exit;
    expect(direct.output()).toBe('from /home/test/./direct x\n');
    const through = start(['./through-env']);
    await through.process.exit;
    expect(through.output()).toBe('by env /home/test/./through-env\n');
  });

  it('lets processes start, signal and wait for children', async () => {
    const { process, output } = start(['parent']);
    expect(await process.exit).toBe(0);
    expect(JSON.parse(output())).toEqual({
      ppid: 1,
      missing: -2,
      kill: 0,
      codes: [
        [5, 0],
        [0, SIGNALS.SIGTERM],
      ],
    });
  });

  it('passes input on until its end', async () => {
    const { process, output } = start(['cat'], 'terminal');
    process.write(new TextEncoder().encode('abc\r\x04'));
    expect(await process.exit).toBe(0);
    expect(output()).toBe('abc\r\nabc\r\n');
  });

  it('ends the input of a process on pipes', async () => {
    const { process, output } = start(['cat']);
    process.write(new TextEncoder().encode('all of it'));
    process.endInput();
    expect(await process.exit).toBe(0);
    expect(output()).toBe('all of it');
  });

  it('ends programs by signals that they do not handle', async () => {
    const spinning = start(['spin']);
    await spinning.shows('spinning');
    spinning.process.kill();
    expect(await spinning.process.exit).toBe(128 + SIGNALS.SIGTERM);
    const reading = start(['cat'], 'terminal');
    reading.process.write(Uint8Array.of(3));
    expect(await reading.process.exit).toBe(128 + SIGNALS.SIGINT);
  });

  it('puts another program in the place of one, with its pid and its descriptors', async () => {
    const { process, output } = start(['replace', 'pid', 'replaced']);
    expect(await process.exit).toBe(0);
    expect(output()).toBe(`replace ${process.pid}\nreplaced ${process.pid} pipe\n`);
  });

  it('forgets handlers of signals with the program that had them', async () => {
    const { process, shows } = start(['replace', 'spin']);
    await shows('spinning');
    process.kill();
    expect(await process.exit).toBe(128 + SIGNALS.SIGTERM);
    expect(kernel.processes()).toEqual([]);
  });

  it('ends a process whose new program cannot be started', async () => {
    expect(await start(['replace', 'missing']).process.exit).toBe(127);
  });

  it('interrupts a blocked read for signals that are handled', async () => {
    const { process, output, shows } = start(['trap'], 'terminal');
    await shows('ready');
    process.write(Uint8Array.of(3));
    await shows('signal 2');
    process.resize({ columns: 100, rows: 40 });
    await shows('signal 28');
    process.write(Uint8Array.of(4));
    expect(await process.exit).toBe(3);
    expect(output()).toBe('ready\r\n^Csignal 2\r\nsignal 28\r\n');
  });

  it('hangs up and ends what a session leaves behind on its terminal', async () => {
    const { process, shows } = start(['orphan'], 'terminal');
    await shows('\n');
    expect(await process.exit).toBe(0);
    const lister = start(['echo']);
    await lister.process.exit;
    expect(kernel.processes()).toEqual([]);
  });

  it('tells of a worker that died, on stderr and in the exit code', async () => {
    const { process, output } = start(['crash']);
    expect(await process.exit).toBe(128 + SIGNALS.SIGABRT);
    expect(output()).toMatch(/^jampot: the worker of process \d+ \(crash\) died: on purpose\n$/);
    expect(errors).toEqual(['A worker of the engine died: on purpose']);
    expect(await start(['exit', '1']).process.exit).toBe(1);
  });

  it('connects to guest servers and tells when their ports open and close', async () => {
    expect(kernel.openConnection(8080)).toBeNull();
    const { process } = start(['serve', '8080']);
    await eventually(() => ports.includes('open 8080'));
    const sent = new Uint8Array(300_000).map((_, i) => i * 31);
    for (let round = 0; round < 2; round++) {
      const connection = kernel.openConnection(8080);
      if (connection === null) throw new Error('nobody listens');
      const writing = connection.write(sent).then(() => connection.end());
      const received: number[] = [];
      for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read())
        for (const byte of bytes) received.push(byte);
      await writing;
      connection.close();
      expect(Buffer.compare(Uint8Array.from(received), sent)).toBe(0);
    }
    process.kill();
    await process.exit;
    await eventually(() => ports.includes('close 8080'));
    expect(kernel.openConnection(8080)).toBeNull();
  });

  it('kills in the middle of writes without tearing files or leaving locks', async () => {
    for (let round = 0; round < 12; round++) {
      const { process, shows } = start(['scribble']);
      await shows('on');
      process.kill();
      expect(await process.exit).toBe(128 + SIGNALS.SIGTERM);
      // Would wait for ever on a lock that a killed thread holds.
      expect(kernel.files.writeFile('/tmp/after', new Uint8Array(10))).toBe(0);
    }
    expect(checkFileSystem(filesMemory)).toEqual([]);
  }, 60_000);
});
