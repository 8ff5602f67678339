/** `internalBinding('worker')` (src/node_worker.cc): which thread this is, and starting others. */
import { AsyncWrap, completeRequest } from '../async-wrap.ts';
import { NotImplementedError } from '../dump.ts';
import type { CreateBinding, ThreadStart } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { OptionError } from '../options.ts';
import { monotonicClock } from '../performance/monotonic.ts';
import { portsOf } from '../worker/ports.ts';

export interface WorkerParts {
  readonly isMainThread: boolean;
  /** Options of this thread, which its workers inherit. */
  execArgv(): readonly string[];
  /** @throws OptionError */
  checkOptions(args: readonly string[], nodeOptions: string | undefined): void;
}

/** Exit code of a worker that was terminated. */
const TERMINATED = 1;
const STACK_MEGABYTES = 4;
const STACK = 3;
const LOOP_START = 0;
const LOOP_IDLE = 1;

/** What is left to say of options that no worker accepts: the options themselves. */
function invalidOptions(check: () => void): string[] | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return [error.message.replace(/^bad option: /, '')];
  }
}

export const createWorkerBinding =
  (parts: WorkerParts): CreateBinding =>
  (environment) => {
    const { system, loop, thread, start, shared } = environment;
    const ports = portsOf(environment);
    // Not before the library has given ports their prototype.
    let envPort: MessagePort | undefined;

    if (thread !== undefined) {
      thread.loopTimes[LOOP_START] = monotonicClock(environment)();
      loop.onWake(() => {
        thread.loopTimes[LOOP_IDLE] = loop.idle;
      }, false);
    }

    class Worker extends AsyncWrap {
      readonly threadId: number;
      readonly threadName: string;
      readonly messagePort: MessagePort;
      readonly invalidExecArgv: string[] | undefined;
      readonly invalidNodeOptions: string[] | undefined;
      declare onexit: unknown;
      #data: ThreadStart | undefined;
      readonly #limits: Float64Array;
      readonly #loopTimes = new Float64Array(new SharedArrayBuffer(16)).fill(-1);
      #slot = -1;
      #alive: Handle | undefined;
      #watch: Handle | undefined;
      #isReferenced = true;
      #isEnded = false;
      #exitCode: number | undefined;

      constructor(
        _url: unknown,
        env: unknown,
        execArgv: readonly unknown[] | undefined,
        limits: Float64Array,
        _trackDescriptors: boolean,
        isInternal: boolean,
        name: string,
      ) {
        super(environment, 'WORKER');
        if (typeof env === 'symbol') throw new NotImplementedError('worker_threads.SHARE_ENV');
        const options = execArgv?.map(String);
        const variables = env === null ? [...start.env] : Object.entries(env as Record<string, string>);
        this.invalidExecArgv = options === undefined ? undefined : invalidOptions(() => parts.checkOptions(options, undefined));
        const nodeOptions = env === null ? undefined : (env as Record<string, string>)['NODE_OPTIONS'];
        this.invalidNodeOptions = nodeOptions === undefined ? undefined : invalidOptions(() => parts.checkOptions([], nodeOptions));
        this.threadId = Atomics.add(shared.threadIds, 0, 1) + 1;
        this.threadName = name;
        this.#limits = Float64Array.from(limits);
        if ((this.#limits[STACK] ?? 0) <= 0) this.#limits[STACK] = STACK_MEGABYTES;
        this.#loopTimes[LOOP_IDLE] = 0;
        const { port, remote, link } = ports.createRemote();
        this.messagePort = port;
        this.#data = {
          threadId: this.threadId,
          threadName: name,
          isInternal,
          shared,
          env: variables,
          execArgv: options ?? parts.execArgv(),
          execPath: environment.start.path,
          resourceLimits: this.#limits,
          port: remote,
          link,
          loopTimes: this.#loopTimes,
        };
      }

      startThread(): void {
        const data = this.#data;
        if (data === undefined) return;
        this.#data = undefined;
        this.#slot = system.startThread({ data, transfer: [data.port] });
        if (this.#slot < 0)
          throw environment.codedError('Error', 'ERR_WORKER_INIT_FAILED', environment.uvException(this.#slot, 'startThread').message);
        this.#alive = loop.keepAlive();
        if (!this.#isReferenced) this.#alive.unref();
        ports.onExit(this.messagePort, (code) => {
          this.#exitCode = code;
        });
        this.#watch = loop.onWake(() => this.#look(), false);
      }

      /** The thread has ended when it said so or is gone; its last messages come first. */
      #look(): void {
        if (this.#exitCode === undefined && system.isThreadRunning(this.#slot)) return;
        ports.look(this.messagePort);
        if (!ports.isSettled()) return;
        this.#watch?.close();
        this.#watch = undefined;
        loop.enqueue(() => {
          this.#alive?.close();
          this.#alive = undefined;
          completeRequest(this, 'onexit', this.#exitCode ?? TERMINATED, null, null);
          this.#isEnded = true;
        });
      }

      stopThread(): void {
        if (this.#alive === undefined) return;
        system.stopThread(this.#slot);
        system.wake();
      }
      ref(): void {
        this.#isReferenced = true;
        this.#alive?.ref();
      }
      unref(): void {
        this.#isReferenced = false;
        this.#alive?.unref();
      }
      /** Undefined once the thread has ended. */
      hasRef(): boolean | undefined {
        return this.#isEnded ? undefined : this.#isReferenced;
      }
      getResourceLimits(): Float64Array {
        return this.#limits;
      }
      /** On the clock of `process.hrtime()`, in milliseconds. */
      loopStartTime(): number {
        return this.#loopTimes[LOOP_START] ?? -1;
      }
      loopIdleTime(): number {
        return this.#loopTimes[LOOP_IDLE] ?? 0;
      }
    }
    for (const name of [
      'takeHeapSnapshot',
      'getHeapStatistics',
      'cpuUsage',
      'startCpuProfile',
      'stopCpuProfile',
      'startHeapProfile',
      'stopHeapProfile',
    ]) {
      Object.defineProperty(Worker.prototype, name, {
        configurable: true,
        writable: true,
        value: () => {
          throw new NotImplementedError(`worker.${name}`);
        },
      });
    }

    return {
      Worker,
      isMainThread: parts.isMainThread,
      ownsProcessState: parts.isMainThread,
      isInternalThread: thread?.isInternal ?? false,
      threadId: environment.threadId,
      threadName: thread?.threadName ?? '',
      resourceLimits: thread?.resourceLimits ?? new Float64Array(4),
      getEnvMessagePort: () => (thread === undefined ? undefined : (envPort ??= ports.adopt(thread.port, thread.link))),
    };
  };
