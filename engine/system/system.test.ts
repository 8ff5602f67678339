import { beforeEach, describe, expect, it } from 'vitest';
import { formatFileSystem, openFileSystem } from '../fs/file-system.ts';
import { createControl, openControl, processAt, slotAt } from './control.ts';
import type { Control } from './control.ts';
import { PROCESS, PROCESS_RUNNING, SLOT, SLOT_RUNNING } from './layout.ts';
import { closeAll } from './close.ts';
import { EAGAIN, EADDRINUSE, EADDRNOTAVAIL, EBADF, ECHILD, ECONNREFUSED, EIO, ENETUNREACH, ENOTTY, EPIPE, ESPIPE } from './errno.ts';
import { SIGNALS } from './signals.ts';
import { setCwd } from './process-calls.ts';
import { openSystem } from './system.ts';
import { allocateTty, countTty, flushInput, hangUpTty, pushRecord } from './ttys.ts';
import { allocateOpenFile, install, openFileAt } from './open-files.ts';
import { KIND, OPEN_FILE } from './layout.ts';
import { ENDED, HANGUP, READABLE, WRITABLE } from './types.ts';
import type { System } from './types.ts';

const O_CREAT_RDWR = 0o102;
const O_APPEND = 0o2000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

let memory: SharedArrayBuffer;
let control: Control;
let system: System;

/** A process with index and slot `number`, pid 100 + number, as the kernel makes it. */
function makeProcess(number: number, parent = 1): { system: System; control: Control } {
  const view = openControl(memory, number);
  const at = processAt(number);
  view.words[at + PROCESS.PID] = 100 + number;
  view.words[at + PROCESS.PPID] = parent;
  view.words[at + PROCESS.GROUP] = 100 + number;
  view.words[at + PROCESS.UMASK] = 0o022;
  view.words[at + PROCESS.MAIN_SLOT] = number;
  view.words[at + PROCESS.STATE] = PROCESS_RUNNING;
  view.words[slotAt(number) + SLOT.PROCESS] = number;
  view.words[slotAt(number) + SLOT.STATE] = SLOT_RUNNING;
  setCwd(view, number, '/');
  const files = openFileSystem(filesMemory, { slot: number });
  return { system: openSystem(view, files), control: view };
}

let filesMemory: SharedArrayBuffer;

beforeEach(() => {
  filesMemory = new SharedArrayBuffer(8 * 1024 * 1024);
  formatFileSystem(filesMemory);
  memory = createControl();
  ({ system, control } = makeProcess(1));
});

function pair(result: readonly [number, number] | number): readonly [number, number] {
  if (typeof result === 'number') throw new Error(`errno ${result}`);
  return result;
}

function readText(from: System, fd: number, size = 65_536): string | number {
  const target = new Uint8Array(size);
  const length = from.read(fd, target);
  return length < 0 ? length : decoder.decode(target.subarray(0, length));
}

describe('files', () => {
  it('share one offset between duplicates', () => {
    const fd = system.open('/a', O_CREAT_RDWR, 0o666);
    system.write(fd, encoder.encode('hello world'));
    const copy = system.dup(fd);
    expect(system.seek(copy, 0, 0)).toBe(0);
    expect(readText(system, fd, 5)).toBe('hello');
    expect(readText(system, copy)).toBe(' world');
    expect(readText(system, fd)).toBe('');
  });

  it('leave the offset alone when a position is given', () => {
    const fd = system.open('/a', O_CREAT_RDWR, 0o666);
    system.write(fd, encoder.encode('abc'));
    expect(system.write(fd, encoder.encode('X'), 1)).toBe(1);
    system.seek(fd, 0, 0);
    expect(readText(system, fd)).toBe('aXc');
  });

  it('append whatever others wrote', () => {
    const one = system.open('/log', O_CREAT_RDWR | O_APPEND, 0o666);
    const two = system.open('/log', O_CREAT_RDWR | O_APPEND, 0o666);
    system.write(one, encoder.encode('1'));
    system.write(two, encoder.encode('2'));
    system.write(one, encoder.encode('3'));
    expect(decoder.decode(system.files.readFile('/log') as Uint8Array)).toBe('123');
  });

  it('apply the umask and resolve relative paths', () => {
    system.files.mkdir('/dir', 0o755);
    expect(system.chdir('/dir')).toBe(0);
    expect(system.cwd()).toBe('/dir');
    const fd = system.open('file', O_CREAT_RDWR, 0o666);
    const stat = new Float64Array(18);
    system.stat(fd, stat);
    expect((stat[1] ?? 0) & 0o777).toBe(0o644);
    expect(system.files.kind('/dir/file')).toBe(0);
    expect(system.kind(system.open('.', 0, 0))).toBe('directory');
  });

  it('keep data of unlinked files until the last descriptor closes', () => {
    const fd = system.open('/gone', O_CREAT_RDWR, 0o666);
    system.write(fd, encoder.encode('still here'));
    system.files.unlink('/gone');
    system.seek(fd, 0, 0);
    expect(readText(system, fd)).toBe('still here');
    expect(system.close(fd)).toBe(0);
    expect(system.close(fd)).toBe(-EBADF);
  });
});

describe('dup2', () => {
  it('replaces what was there', () => {
    const [reading, writing] = pair(system.pipe());
    const file = system.open('/a', O_CREAT_RDWR, 0o666);
    expect(system.dup2(file, writing)).toBe(writing);
    expect(system.kind(writing)).toBe('file');
    // The pipe's only writer is gone.
    expect(readText(system, reading)).toBe('');
  });
});

describe('pipe', () => {
  it('passes bytes in order and wraps around', () => {
    const [reading, writing] = pair(system.pipe());
    const chunk = new Uint8Array(50_000).map((_, i) => i * 7);
    const target = new Uint8Array(50_000);
    for (let round = 0; round < 5; round++) {
      expect(system.write(writing, chunk)).toBe(50_000);
      expect(system.read(reading, target)).toBe(50_000);
      expect(target).toEqual(chunk);
    }
  });

  it('answers EAGAIN when empty or full, and writes small chunks whole or not at all', () => {
    const [reading, writing] = pair(system.pipe());
    expect(readText(system, reading)).toBe(-EAGAIN);
    expect(system.write(writing, new Uint8Array(70_000))).toBe(65_536);
    expect(system.write(writing, new Uint8Array(1))).toBe(-EAGAIN);
    system.read(reading, new Uint8Array(100));
    expect(system.write(writing, new Uint8Array(200))).toBe(-EAGAIN);
    expect(system.write(writing, new Uint8Array(100))).toBe(100);
  });

  it('ends when all writers closed, and breaks when all readers did', () => {
    const [reading, writing] = pair(system.pipe());
    const second = system.dup(writing);
    system.write(writing, encoder.encode('x'));
    system.close(writing);
    expect(readText(system, reading)).toBe('x');
    expect(readText(system, reading)).toBe(-EAGAIN);
    system.close(second);
    expect(system.ready(reading)).toBe(READABLE | HANGUP | ENDED);
    expect(readText(system, reading)).toBe('');
    const [other, broken] = pair(system.pipe());
    system.close(other);
    expect(system.write(broken, encoder.encode('x'))).toBe(-EPIPE);
    expect(system.seek(broken, 0, 0)).toBe(-ESPIPE);
  });

  it('frees its ring for others', () => {
    for (let i = 0; i < 3000; i++) {
      const [reading, writing] = pair(system.pipe());
      system.close(reading);
      system.close(writing);
    }
    expect(system.pipe()).toEqual([0, 1]);
  });
});

describe('sockets', () => {
  it('connect to listeners on loopback and know their addresses', () => {
    const listener = system.listen({ kind: 'tcp', host: '127.0.0.1', port: 8080 }, 16);
    expect(system.accept(listener)).toBe(-EAGAIN);
    const client = system.connect({ kind: 'tcp', host: 'localhost', port: 8080 });
    expect(system.ready(listener)).toBe(READABLE);
    const server = system.accept(listener);
    system.write(client, encoder.encode('ping'));
    expect(readText(system, server)).toBe('ping');
    system.write(server, encoder.encode('pong'));
    expect(readText(system, client)).toBe('pong');
    expect(system.remoteAddress(client)).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 8080 });
    expect(system.localAddress(client)).toEqual(system.remoteAddress(server));
  });

  it('refuse where nobody listens, and outside the page', () => {
    expect(system.connect({ kind: 'tcp', host: '127.0.0.1', port: 9 })).toBe(-ECONNREFUSED);
    expect(system.connect({ kind: 'tcp', host: '93.184.216.34', port: 80 })).toBe(-ENETUNREACH);
  });

  it('tell apart which listeners exclude each other', () => {
    expect(system.listen({ kind: 'tcp', host: '127.0.0.1', port: 80 }, 1)).toBeGreaterThanOrEqual(0);
    expect(system.listen({ kind: 'tcp', host: '127.0.0.1', port: 80 }, 1)).toBe(-EADDRINUSE);
    expect(system.listen({ kind: 'tcp', host: '::', port: 80 }, 1)).toBe(-EADDRINUSE);
    expect(system.listen({ kind: 'tcp', host: '::1', port: 80 }, 1)).toBeGreaterThanOrEqual(0);
  });

  it('end one direction with shutdown', () => {
    const [left, right] = pair(system.socketpair());
    system.write(left, encoder.encode('last'));
    expect(system.shutdown(left)).toBe(0);
    expect(readText(system, right)).toBe('last');
    expect(readText(system, right)).toBe('');
    system.write(right, encoder.encode('answer'));
    expect(readText(system, left)).toBe('answer');
    expect(system.write(left, encoder.encode('x'))).toBe(-EPIPE);
  });

  it('tell the other side once of a reset, which loses what it has not read', () => {
    const [left, right] = pair(system.socketpair());
    system.write(left, encoder.encode('lost'));
    expect(system.reset(left)).toBe(0);
    system.close(left);
    expect(readText(system, right)).toBe(-104);
    expect(readText(system, right)).toBe('');
    expect(system.reset(pair(system.pipe())[0])).toBe(-88);
  });

  it('close connections that nobody accepted with their listener', () => {
    const listener = system.listen({ kind: 'tcp', host: '::', port: 0 }, 4);
    const address = system.localAddress(listener);
    if (typeof address === 'number' || address.kind !== 'tcp') throw new Error('no address');
    const client = system.connect({ kind: 'tcp', host: '127.0.0.1', port: address.port });
    system.close(listener);
    expect(readText(system, client)).toBe('');
    expect(system.connect({ kind: 'tcp', host: '127.0.0.1', port: address.port })).toBe(-ECONNREFUSED);
  });

  it('connect from the port that was asked for, once', () => {
    const listener = system.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, 4);
    const address = system.localAddress(listener);
    if (typeof address === 'number') throw new Error('no address');
    const from = { kind: 'tcp', host: '127.0.0.1', port: 12_346 } as const;
    const client = system.connect(address, from);
    expect(system.localAddress(client)).toEqual(from);
    expect(system.remoteAddress(system.accept(listener))).toEqual(from);
    expect(system.connect(address, from)).toBe(-EADDRINUSE);
    expect(system.connect(address, { ...from, host: '192.0.2.1' })).toBe(-EADDRNOTAVAIL);
  });

  it('pass descriptors with the bytes that follow', () => {
    const [left, right] = pair(system.socketpair());
    const [reading, writing] = pair(system.pipe());
    system.write(left, encoder.encode('before'));
    expect(system.passDescriptor(left, writing)).toBe(0);
    system.write(left, encoder.encode('after'));
    system.close(writing);
    expect(system.passedAhead(right)).toBe(6);
    expect(system.takeDescriptor(right)).toBe(-EAGAIN);
    expect(readText(system, right, 6)).toBe('before');
    expect(system.passedAhead(right)).toBe(0);
    const passed = system.takeDescriptor(right);
    expect(system.passedAhead(right)).toBe(-1);
    system.write(passed, encoder.encode('through'));
    system.close(passed);
    expect(readText(system, reading)).toBe('through');
    expect(readText(system, reading)).toBe('');
  });

  it('close descriptors that nobody took', () => {
    const [left, right] = pair(system.socketpair());
    const [reading, writing] = pair(system.pipe());
    for (const times of ['once', 'twice']) {
      expect(system.passDescriptor(left, writing)).toBe(0);
      system.write(left, encoder.encode(times));
    }
    system.close(writing);
    expect(readText(system, reading)).toBe(-EAGAIN);
    system.close(right);
    expect(readText(system, reading)).toBe('');
  });

  it('work over unix paths', () => {
    const listener = system.listen({ kind: 'unix', path: '/sock' }, 4);
    expect(system.listen({ kind: 'unix', path: '/sock' }, 4)).toBe(-EADDRINUSE);
    const client = system.connect({ kind: 'unix', path: '/sock' });
    const server = system.accept(listener);
    system.write(client, encoder.encode('hi'));
    expect(readText(system, server)).toBe('hi');
    expect(system.remoteAddress(client)).toEqual({ kind: 'unix', path: '/sock' });
  });
});

describe('processes', () => {
  it('see the end of pipes whose other side ended with its process', () => {
    const other = makeProcess(2);
    const listener = system.listen({ kind: 'tcp', host: '127.0.0.1', port: 1 }, 1);
    const client = other.system.connect({ kind: 'tcp', host: '127.0.0.1', port: 1 });
    const server = system.accept(listener);
    other.system.write(client, encoder.encode('bye'));
    closeAll(control, 2);
    expect(readText(system, server)).toBe('bye');
    expect(readText(system, server)).toBe('');
    expect(system.write(server, encoder.encode('x'))).toBe(-EPIPE);
  });

  it('wait for children and reap each once', () => {
    expect(system.wait4(-1)).toBe(-ECHILD);
    makeProcess(2, 101);
    expect(system.wait4(-1)).toBeNull();
    control.words[processAt(2) + PROCESS.CODE] = 3;
    control.words[processAt(2) + PROCESS.STATE] = 2;
    expect(system.wait4(999)).toBe(-ECHILD);
    expect(system.wait4(102)).toEqual({ pid: 102, code: 3, signal: 0 });
    expect(system.wait4(102)).toBe(-ECHILD);
  });

  it('take handled signals, lowest first, once', () => {
    system.setSignalAction(SIGNALS.SIGUSR1, 'handle');
    system.setSignalAction(SIGNALS.SIGINT, 'handle');
    control.words[processAt(1) + PROCESS.PENDING] = (1 << (SIGNALS.SIGUSR1 - 1)) | (1 << (SIGNALS.SIGINT - 1));
    expect(system.takeSignals()).toEqual([SIGNALS.SIGINT, SIGNALS.SIGUSR1]);
    expect(system.takeSignals()).toEqual([]);
    expect(system.setSignalAction(SIGNALS.SIGKILL, 'ignore')).toBe(-22);
  });
});

describe('terminals', () => {
  function openTerminal(): { tty: number; fd: number } {
    const tty = allocateTty(control, 80, 24);
    const openFile = allocateOpenFile(control, KIND.TTY, 2);
    control.words[openFileAt(openFile) + OPEN_FILE.A] = tty;
    countTty(control, tty, 1);
    return { tty, fd: install(control, 1, openFile) };
  }

  it('give one line at a time, and an end of file in its place', () => {
    const { tty, fd } = openTerminal();
    pushRecord(control, tty, encoder.encode('one\n'), true);
    pushRecord(control, tty, encoder.encode(''), true);
    pushRecord(control, tty, encoder.encode('two\n'), true);
    expect(readText(system, fd, 2)).toBe('on');
    expect(readText(system, fd)).toBe('e\n');
    expect(readText(system, fd)).toBe('');
    expect(readText(system, fd)).toBe('two\n');
    expect(readText(system, fd)).toBe(-EAGAIN);
  });

  it('give raw keys together', () => {
    const { tty, fd } = openTerminal();
    pushRecord(control, tty, encoder.encode('a'), false);
    pushRecord(control, tty, encoder.encode('b'), false);
    expect(readText(system, fd)).toBe('ab');
  });

  it('forget what was typed when flushed', () => {
    const { tty, fd } = openTerminal();
    pushRecord(control, tty, encoder.encode('line\n'), true);
    readText(system, fd, 2);
    flushInput(control, tty);
    expect(readText(system, fd)).toBe(-EAGAIN);
  });

  it('end and refuse writes after a hang-up', () => {
    const { tty, fd } = openTerminal();
    expect(system.windowSize(fd)).toEqual({ columns: 80, rows: 24 });
    hangUpTty(control, tty);
    expect(readText(system, fd)).toBe('');
    expect(system.write(fd, encoder.encode('x'))).toBe(-EIO);
    expect(system.ready(fd)).toBe(READABLE | WRITABLE | HANGUP);
  });

  it('are told apart from other descriptors', () => {
    const [reading] = pair(system.pipe());
    expect(system.isTerminal(reading)).toBe(false);
    expect(system.windowSize(reading)).toBe(-ENOTTY);
    expect(system.setTerminalMode(reading, 1)).toBe(-ENOTTY);
  });
});

describe('devices', () => {
  beforeEach(() => {
    system.files.mkdir('/dev', 0o755);
    for (const [name, device] of [
      ['null', 0x103],
      ['zero', 0x105],
      ['full', 0x107],
      ['urandom', 0x109],
      ['stdin', 0xf000],
    ] as const) {
      system.files.mknod(`/dev/${name}`, 0o020666, device);
    }
  });

  it('behave as on Linux', () => {
    const none = system.open('/dev/null', 2, 0);
    expect(system.kind(none)).toBe('null');
    expect(readText(system, none)).toBe('');
    expect(system.write(none, new Uint8Array(9))).toBe(9);
    expect(readText(system, system.open('/dev/zero', 0, 0), 3)).toBe('\0\0\0');
    expect(system.write(system.open('/dev/full', 2, 0), new Uint8Array(1))).toBe(-28);
    const random = new Uint8Array(100_000);
    expect(system.read(system.open('/dev/urandom', 0, 0), random)).toBe(100_000);
    expect(new Set(random).size).toBe(256);
  });

  it('stand for descriptors', () => {
    const [reading, writing] = pair(system.pipe());
    system.write(writing, encoder.encode('input'));
    expect(reading).toBe(0);
    expect(readText(system, system.open('/dev/stdin', 0, 0))).toBe('input');
    system.write(system.open(`/dev/fd/${writing}`, 1, 0), encoder.encode('more'));
    expect(readText(system, system.open('/proc/self/fd/0', 0, 0))).toBe('more');
    expect(system.open('/dev/fd/77', 0, 0)).toBe(-EBADF);
  });
});
