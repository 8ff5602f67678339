/** `internalBinding('spawn_sync')` (src/spawn_sync.cc): runs a child to its end while this thread is blocked. */
import { HANGUP, READABLE, WRITABLE } from '../../system/types.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import { signalName } from '../process/signal-names.ts';

const EAGAIN = -11;
const ENOBUFS = -105;
const ETIMEDOUT = -110;
const O_RDWR = 2;
const SIGTERM = 15;
const SIGKILL = 9;
const CHUNK = 65_536;

interface StdioOption {
  readonly type: 'ignore' | 'pipe' | 'inherit' | 'fd' | 'overlapped' | 'wrap';
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly input?: ArrayBufferView;
  readonly fd?: number;
}

interface Options {
  readonly file: string;
  readonly args?: readonly unknown[];
  readonly cwd?: string | null;
  readonly envPairs?: readonly string[];
  readonly stdio?: readonly StdioOption[];
  readonly timeout?: number;
  readonly maxBuffer?: number;
  readonly killSignal?: number;
  readonly detached?: boolean;
}

interface Channel {
  fd: number;
  input: Uint8Array;
  readonly output: Uint8Array[];
  size: number;
  readable: boolean;
}

/** `budget`: bytes that the child may still print. */
function pump(environment: Environment, channel: Channel, budget: { left: number }): number {
  const { system } = environment;
  while (channel.fd >= 0 && channel.input.length > 0 && (system.ready(channel.fd) & WRITABLE) !== 0) {
    const count = system.write(channel.fd, channel.input);
    if (count === EAGAIN) break;
    channel.input = count < 0 ? new Uint8Array(0) : channel.input.subarray(count);
    if (channel.input.length === 0) system.shutdown(channel.fd);
  }
  while (channel.fd >= 0 && channel.readable && (system.ready(channel.fd) & (READABLE | HANGUP)) !== 0) {
    const chunk = new Uint8Array(CHUNK);
    const count = system.read(channel.fd, chunk);
    if (count === EAGAIN) break;
    if (count <= 0) {
      channel.readable = false;
      break;
    }
    // What came in one read is kept whole; all channels count together.
    channel.output.push(chunk.subarray(0, count));
    channel.size += count;
    budget.left -= count;
    if (budget.left < 0) return ENOBUFS;
  }
  return 0;
}

function concatenate(environment: Environment, parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of parts) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return environment.buffer(all);
}

export const create: CreateBinding = (environment) => ({
  spawn: (options: Options) => {
    const { system, host } = environment;
    const channels: (Channel | undefined)[] = [];
    const childFds: number[] = [];
    const closeAfter: number[] = [];
    let error = 0;
    for (const option of options.stdio ?? []) {
      if (option.type === 'pipe' || option.type === 'overlapped') {
        const pair = system.socketpair();
        if (typeof pair === 'number') {
          error = pair;
          break;
        }
        const { input } = option;
        const bytes = input === undefined ? new Uint8Array(0) : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
        // `readable` is the child's view: what it can read, we write.
        const channel = { fd: pair[0], input: bytes, output: [], size: 0, readable: option.writable === true };
        if (bytes.length === 0 && option.readable === true) system.shutdown(pair[0]);
        channels.push(channel);
        childFds.push(pair[1]);
        closeAfter.push(pair[1]);
      } else if (option.type === 'ignore') {
        const fd = system.open('/dev/null', O_RDWR, 0);
        channels.push(undefined);
        childFds.push(fd);
        closeAfter.push(fd);
      } else {
        channels.push(undefined);
        childFds.push(option.fd ?? -1);
      }
    }
    const cwd = options.cwd === undefined || options.cwd === null || options.cwd === '' ? system.cwd() : system.resolve(options.cwd);
    const kind = system.files.kind(cwd);
    if (error === 0 && kind !== 1) error = kind < 0 ? kind : -20;
    const pid =
      error < 0
        ? error
        : system.spawn({
            file: options.file,
            args: options.args?.map(String) ?? [options.file],
            env: options.envPairs ?? [],
            cwd,
            fds: childFds,
            detached: options.detached === true,
          });
    for (const fd of closeAfter) system.close(fd);
    const open = channels.filter((channel) => channel !== undefined);
    const closeChannels = () => {
      for (const channel of open) {
        if (channel.fd >= 0) system.close(channel.fd);
        channel.fd = -1;
      }
    };
    if (pid < 0) {
      closeChannels();
      return { pid: 0, status: null, signal: null, output: null, error: pid };
    }

    const deadline = options.timeout !== undefined && options.timeout > 0 ? host.performance.now() + options.timeout : Infinity;
    const budget = { left: options.maxBuffer !== undefined && options.maxBuffer > 0 ? options.maxBuffer : Infinity };
    for (const channel of open) system.watch(channel.fd);
    let killed = false;
    const kill = (reason: number) => {
      if (killed) return;
      killed = true;
      error = reason;
      if (system.kill(pid, options.killSignal ?? SIGTERM) < 0) system.kill(pid, SIGKILL);
    };
    let status = system.wait4(pid);
    for (;;) {
      const sequence = system.wakeSequence();
      for (const channel of open) if (!killed && pump(environment, channel, budget) < 0) kill(ENOBUFS);
      if (status === null) status = system.wait4(pid);
      const reading = open.some((channel) => channel.readable);
      if (status !== null && (!reading || killed)) break;
      const left = deadline - host.performance.now();
      if (left <= 0 && status === null) kill(ETIMEDOUT);
      system.waitBlocking(sequence, killed || left === Infinity ? 1000 : Math.max(1, Math.min(left, 1000)));
    }
    for (const channel of open) {
      if (!killed) pump(environment, channel, budget);
      system.unwatch(channel.fd);
    }
    const output = channels.map((channel, index) =>
      channel === undefined || options.stdio?.[index]?.writable !== true ? null : concatenate(environment, channel.output, channel.size),
    );
    closeChannels();
    if (typeof status === 'number') return { pid, status: null, signal: null, output, error: status };
    // Guests see this order.
    return {
      status: status.signal === 0 ? status.code : null,
      signal: status.signal === 0 ? null : signalName(environment, status.signal),
      output,
      pid,
      ...(error < 0 ? { error } : {}),
    };
  },
});
