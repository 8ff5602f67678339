/** `internalBinding('process_methods')` (src/node_process_methods.cc, PatchProcessObject in src/node_process_object.cc). */
import { activeResources } from '../active-resources.ts';
import { NotImplementedError } from '../dump.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { parseEnvironmentFile } from './util.ts';

const SIGABRT = 6;

export interface ProcessControl {
  /** Ends the process: nothing after it runs. */
  exit(code: number): never;
  /** Sets argv, execArgv, pid … on the process object. */
  patch(process: Record<string | symbol, unknown>): void;
  /** Referenced timers and immediates. */
  timers(): { readonly timeouts: number; readonly immediates: number };
  /** When the process began (a worker is booted before), on the clock of `performance.now()`. */
  started(): number;
}

/** Performance memory numbers of the browser, where it gives them (Chromium); the page cannot see the process's own. */
export function heap(environment: Environment): { used: number; total: number; limit: number } {
  const memory = (
    environment.host.performance as unknown as { memory?: { usedJSHeapSize: number; totalJSHeapSize: number; jsHeapSizeLimit: number } }
  ).memory;
  const usage = environment.system.files.usage();
  const files = (usage.blocks - usage.freeBlocks) * usage.blockSize;
  if (memory !== undefined) return { used: memory.usedJSHeapSize, total: memory.totalJSHeapSize, limit: memory.jsHeapSizeLimit };
  return { used: files, total: files, limit: 2 ** 32 };
}

function read(environment: Environment, path: string): Uint8Array {
  const bytes = environment.system.files.readFile(environment.system.resolve(path));
  if (typeof bytes === 'number') throw environment.uvException(bytes, 'open', undefined, path);
  return bytes;
}

export const createProcessMethodsBinding =
  (control: ProcessControl): CreateBinding =>
  (environment) => {
    const { system, host } = environment;
    const active = activeResources(environment);
    const age = (): number => host.performance.now() - control.started();
    /** Microseconds that the thread was not waiting for something to do: a page cannot see more of its processor time. */
    const busy = (): number => Math.max(0, Math.round((age() - environment.loop.idle) * 1000));
    const hrtimeBuffer = new Uint32Array(3);
    const hrtimeBig = new BigInt64Array(hrtimeBuffer.buffer, 0, 1);
    /** CLOCK_MONOTONIC as far as a page has one: nanoseconds since an arbitrary point. */
    const now = () => BigInt(Math.round((host.performance.timeOrigin + host.performance.now()) * 1e6));
    return {
      hrtimeBuffer,
      hrtime: () => {
        const time = now();
        const seconds = time / 1_000_000_000n;
        hrtimeBuffer[0] = Number(seconds >> 32n);
        hrtimeBuffer[1] = Number(seconds & 0xffffffffn);
        hrtimeBuffer[2] = Number(time % 1_000_000_000n);
      },
      hrtimeBigInt: () => {
        hrtimeBig[0] = now();
      },
      uptime: () => age() / 1000,
      abort: () => {
        system.kill(system.pid, SIGABRT);
        // Somebody handles the signal: native ends all the same.
        control.exit(128 + SIGABRT);
      },
      causeSegfault: () => control.exit(139),
      chdir: (directory: string) => {
        const result = system.chdir(directory);
        if (result < 0) throw environment.uvException(result, 'chdir', undefined, system.cwd(), directory);
      },
      cwd: () => system.cwd(),
      umask: (mask?: number) => system.umask(mask),
      memoryUsage: (fields: Float64Array) => {
        const { used, total } = heap(environment);
        fields[0] = total;
        fields[1] = total;
        fields[2] = used;
        fields[3] = 0;
        fields[4] = 0;
      },
      rss: () => heap(environment).total,
      constrainedMemory: () => 0,
      availableMemory: () => Math.max(0, heap(environment).limit - heap(environment).used),
      cpuUsage: (fields: Float64Array) => {
        fields[0] = busy();
        fields[1] = 0;
      },
      threadCpuUsage: (fields: Float64Array) => {
        fields[0] = busy();
        fields[1] = 0;
      },
      resourceUsage: (fields: Float64Array) => {
        fields.fill(0);
        fields[0] = busy();
        fields[2] = heap(environment).total / 1024;
      },
      _getActiveRequests: () => active.requests,
      _getActiveHandles: () => active.handles(environment.symbols['owner_symbol']),
      getActiveResourcesInfo: () => {
        const { timeouts, immediates } = control.timers();
        return [
          ...active.names(),
          ...Array.from({ length: timeouts }, () => 'Timeout'),
          ...Array.from({ length: immediates }, () => 'Immediate'),
        ];
      },
      _kill: (pid: number, signal: number) => system.kill(pid, signal),
      _debugProcess: () => {
        throw new NotImplementedError('process._debugProcess');
      },
      _debugEnd: () => undefined,
      _rawDebug: (text: string) => {
        system.writeBlocking(2, encodeUtf8(`${text}\n`));
      },
      dlopen: (_module: unknown, filename: string) => {
        throw environment.codedError('Error', 'ERR_DLOPEN_FAILED', `${filename}: compiled addons cannot be loaded in a page`);
      },
      reallyExit: (code: number) => control.exit(code),
      execve: () => {
        throw new NotImplementedError('process.execve');
      },
      patchProcessObject: (process: Record<string | symbol, unknown>) => control.patch(process),
      loadEnvFile: (path = '.env') => {
        const environmentFile = parseEnvironmentFile(decodeUtf8(read(environment, path)));
        for (const [key, value] of Object.entries(environmentFile))
          if (!environment.start.env.has(key)) environment.start.env.set(key, value);
      },
      setEmitWarningSync: () => undefined,
    };
  };
