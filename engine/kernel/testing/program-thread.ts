/** A program worker on a Node thread, with programs that tests of the kernel run. */
import { parentPort } from 'node:worker_threads';
import { openFileSystem } from '../../fs/file-system.ts';
import type { FileSystem } from '../../fs/types.ts';
import type { KernelToWorker, WorkerToKernel } from '../../protocol/worker-messages.ts';
import type { Control } from '../../system/control.ts';
import { openControl, wakeFileWatchers } from '../../system/control.ts';
import { EINTR } from '../../system/errno.ts';
import { replaceProcess } from '../../system/process-calls.ts';
import { openSystem } from '../../system/system.ts';
import type { ExecRequest, Program, System } from '../../system/types.ts';

const encoder = new TextEncoder();
const say = (system: System, text: string): number => system.writeBlocking(1, encoder.encode(text));

function spawn(system: System, args: readonly string[], extra: { detached?: boolean; processGroup?: number } = {}): number {
  return system.spawn({ file: args[0] ?? '', args, env: ['PATH=/bin'], cwd: '/', fds: [0, 1, 2], ...extra });
}

const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['echo', ({ system, args }) => (say(system, `${args.slice(1).join(' ')}\n`), 0)],
  ['exit', ({ args }) => Number(args[1])],
  [
    'cat',
    ({ system }) => {
      const bytes = new Uint8Array(4096);
      for (let length = system.readBlocking(0, bytes); length > 0; length = system.readBlocking(0, bytes))
        system.writeBlocking(1, bytes.subarray(0, length));
      return 0;
    },
  ],
  [
    'spin',
    ({ system }) => {
      say(system, 'spinning\n');
      for (;;);
    },
  ],
  [
    'trap',
    ({ system }) => {
      for (const signal of [2, 15, 28]) system.setSignalAction(signal, 'handle');
      say(system, 'ready\n');
      const bytes = new Uint8Array(16);
      for (;;) {
        const length = system.readBlocking(0, bytes);
        if (length === -EINTR) for (const signal of system.takeSignals()) say(system, `signal ${signal}\n`);
        else if (length <= 0) return 3;
      }
    },
  ],
  [
    'parent',
    ({ system }) => {
      const child = spawn(system, ['exit', '5']);
      const killed = spawn(system, ['cat']);
      const missing = spawn(system, ['missing']);
      const kill = system.kill(killed, 15);
      const one = system.wait4Blocking(child);
      const two = system.wait4Blocking(killed);
      say(
        system,
        JSON.stringify({
          ppid: system.ppid,
          missing,
          kill,
          codes: [one, two].map((status) => (typeof status === 'number' ? status : [status.code, status.signal])),
        }),
      );
      return 0;
    },
  ],
  ['pid', ({ system, args }) => (say(system, `${args[1]} ${system.pid} ${system.kind(3)}\n`), 0)],
  [
    'replace',
    ({ system, args }) => {
      say(system, `replace ${system.pid}\n`);
      system.setSignalAction(15, 'handle');
      const [end, kept] = system.pipe() as readonly [number, number];
      try {
        return system.exec({ file: args[1] ?? '', args: args.slice(1), env: ['PATH=/bin'], fds: [0, 1, 2, kept] });
      } finally {
        system.close(end);
        system.close(kept);
      }
    },
  ],
  [
    'orphan',
    ({ system }) => {
      say(system, `${spawn(system, ['sleep'])}\n`);
      return 0;
    },
  ],
  [
    'sleep',
    ({ system }) => {
      for (;;) system.waitBlocking(system.wakeSequence(), Infinity);
    },
  ],
  [
    'scribble',
    ({ system }) => {
      say(system, 'on\n');
      for (let i = 0; ; i++) system.files.writeFile(`/tmp/${i % 7}`, new Uint8Array(3000 + (i % 5000)));
    },
  ],
  [
    'serve',
    ({ system, args }) => {
      const listener = system.listen({ kind: 'tcp', host: '127.0.0.1', port: Number(args[1]) }, 8);
      system.watch(listener);
      const bytes = new Uint8Array(70_000);
      for (;;) {
        const sequence = system.wakeSequence();
        const connection = system.accept(listener);
        if (connection < 0) {
          system.waitBlocking(sequence, Infinity);
          continue;
        }
        for (let length = system.readBlocking(connection, bytes); length > 0; length = system.readBlocking(connection, bytes)) {
          system.writeBlocking(connection, bytes.subarray(0, length));
        }
        system.close(connection);
      }
    },
  ],
  [
    'crash',
    () =>
      new Promise(() => {
        setTimeout(() => {
          throw new Error('on purpose');
        }, 0);
      }),
  ],
]);

class Exec {
  readonly request: ExecRequest;

  constructor(request: ExecRequest) {
    this.request = request;
  }
}

async function run(program: Program | undefined, system: System, args: readonly string[]): Promise<number> {
  return program?.({ system, args, env: new Map() }) ?? 127;
}

let booted: { control: Control; files: FileSystem } | null = null;
const post = (message: WorkerToKernel): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: KernelToWorker) => {
  if (message.type === 'boot') {
    const { slot, incarnation } = message;
    const control = openControl(message.control, slot, incarnation);
    booted = { control, files: openFileSystem(message.files, { slot, incarnation, onChange: () => wakeFileWatchers(control) }) };
    post({ type: 'ready' });
  } else if (message.type === 'start' && booted !== null) {
    const { control, files } = booted;
    const system = openSystem(control, files, {
      onExec: (request) => {
        throw new Exec(request);
      },
    });
    void run(programs.get(message.program), system, message.args)
      .catch((error: unknown) => {
        if (!(error instanceof Exec)) throw error;
        return replaceProcess(control, error.request) === 0 ? 0 : 127;
      })
      .then((code) => {
        system.detach();
        post({ type: 'returned', code });
      });
  }
});
