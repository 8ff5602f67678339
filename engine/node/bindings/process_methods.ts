/** `internalBinding('process_methods')` (src/node_process_methods.cc, PatchProcessObject in src/node_process_object.cc). */
import { activeResources } from '../active-resources.ts';
import { NotImplementedError } from '../dump.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import { monotonicClock } from '../performance/monotonic.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { callSites, parseEnvironmentFile } from './util.ts';

const SIGABRT = 6;

// Indices of resourceUsage's fields.
const USER_TIME = 0;
const MAX_RSS = 2;
const MINOR_FAULTS = 6;
const MAJOR_FAULTS = 7;
const VOLUNTARY_SWITCHES = 14;
const INVOLUNTARY_SWITCHES = 15;

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

/** Bytes of the memory that the engine shares among its threads: used and free. A page cannot see its heaps. */
function sharedMemory(environment: Environment): { used: number; free: number } {
  const { blocks, freeBlocks, blockSize } = environment.system.files.usage();
  return { used: (blocks - freeBlocks) * blockSize, free: freeBlocks * blockSize };
}

const ELF = [0x7f, 0x45, 0x4c, 0x46];
/** Of a 64-bit ELF file's header, in bytes. */
const ELF_HEADER = 64;

/** Why dlopen(3) refuses a file, given its content or an errno: what is a compiled addon is refused because the page cannot run it. */
function noAddon(content: Uint8Array | number): string {
  if (typeof content === 'number') return 'cannot open shared object file: No such file or directory';
  if (content.length < ELF_HEADER) return 'file too short';
  return ELF.every((byte, index) => content[index] === byte) ? 'compiled addons cannot be loaded in a page' : 'invalid ELF header';
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
    const clock = monotonicClock(environment);
    const abort = (): never => {
      system.kill(system.pid, SIGABRT);
      // Somebody handles the signal: native ends all the same.
      return control.exit(128 + SIGABRT);
    };
    const execve = (...[file, args, env]: unknown[]): never => {
      // Natively every descriptor but these is closed on exec.
      const request = { file: system.resolve(String(file)), args: args as string[], env: env as string[], fds: [0, 1, 2] };
      const errno = system.execve(request);
      const frames = callSites(environment, Error.stackTraceLimit, execve).map((site, index) => `${index + 1}: ${String(site)}\n`);
      const name = environment.uvException(errno, 'execve') as { code?: unknown };
      const text = `process.execve failed with error code ${String(name.code)}\n\n----- JavaScript stack trace -----\n\n${frames.join('')}\n`;
      system.writeBlocking(2, encodeUtf8(text));
      return abort();
    };
    return {
      hrtimeBuffer,
      hrtime: () => {
        const microseconds = Math.round(clock() * 1e3);
        const seconds = Math.floor(microseconds / 1e6);
        hrtimeBuffer[0] = Math.floor(seconds / 2 ** 32);
        hrtimeBuffer[1] = seconds % 2 ** 32;
        hrtimeBuffer[2] = (microseconds - seconds * 1e6) * 1e3;
      },
      hrtimeBigInt: () => {
        hrtimeBig[0] = BigInt(Math.round(clock() * 1e6));
      },
      uptime: () => age() / 1000,
      abort,
      causeSegfault: () => control.exit(139),
      chdir: (directory: string) => {
        const result = system.chdir(directory);
        if (result < 0) throw environment.uvException(result, 'chdir', undefined, system.cwd(), directory);
      },
      cwd: () => system.cwd(),
      umask: (mask?: number) => system.umask(mask),
      memoryUsage: (fields: Float64Array) => {
        fields.fill(NaN);
        fields[0] = sharedMemory(environment).used;
      },
      // Of what is resident, the part that can be seen.
      rss: () => sharedMemory(environment).used,
      // Documented for unknown.
      constrainedMemory: () => 0,
      availableMemory: () => sharedMemory(environment).free,
      cpuUsage: (fields: Float64Array) => {
        fields[0] = busy();
        fields[1] = 0;
      },
      threadCpuUsage: (fields: Float64Array) => {
        fields[0] = busy();
        fields[1] = 0;
      },
      resourceUsage: (fields: Float64Array) => {
        // 0 is documented for those that no system keeps; files lie in memory, so reading and writing them is no input and output of the system.
        fields.fill(0);
        fields[USER_TIME] = busy();
        fields[MAX_RSS] = sharedMemory(environment).used / 1024;
        for (const unseen of [MINOR_FAULTS, MAJOR_FAULTS, VOLUNTARY_SWITCHES, INVOLUNTARY_SWITCHES]) fields[unseen] = NaN;
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
      dlopen: (_module: unknown, filename?: string) => {
        if (filename === undefined)
          throw environment.codedError('TypeError', 'ERR_MISSING_ARGS', 'process.dlopen needs at least 2 arguments');
        throw environment.codedError(
          'Error',
          'ERR_DLOPEN_FAILED',
          `${filename}: ${noAddon(system.files.readFile(system.resolve(filename)))}`,
        );
      },
      reallyExit: (code: number) => control.exit(code),
      execve,
      patchProcessObject: (process: Record<string | symbol, unknown>) => control.patch(process),
      loadEnvFile: (path = '.env') => {
        const environmentFile = parseEnvironmentFile(decodeUtf8(read(environment, path)));
        for (const [key, value] of Object.entries(environmentFile))
          if (!environment.start.env.has(key)) environment.start.env.set(key, value);
      },
      setEmitWarningSync: () => undefined,
    };
  };
