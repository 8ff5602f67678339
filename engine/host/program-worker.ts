/** Entry point of the workers that run the engine's own programs (shell, its commands, npm), one after another. */
import { openFileSystem } from '../fs/file-system.ts';
import { npm, npx } from '../install/program.ts';
import type { ProgramName } from '../system/program-names.ts';
import type { KernelToWorker, WorkerToKernel } from '../protocol/worker-messages.ts';
import { programs as shellPrograms } from '../shell/programs.ts';
import type { Control } from '../system/control.ts';
import { dieIfKilled, openControl, wakeFileWatchers } from '../system/control.ts';
import { ENOENT } from '../system/errno.ts';
import { openSystem } from '../system/system.ts';
import { replaceProcess } from '../system/process-calls.ts';
import type { ThreadSystem } from '../system/system.ts';
import type { FileSystem } from '../fs/types.ts';
import type { ExecRequest, Program } from '../system/types.ts';
import { hostPrograms } from './host-programs.ts';
import type { WorkerScope } from './worker-scope.ts';

const scope = self as unknown as WorkerScope;
const post = (message: WorkerToKernel): void => scope.postMessage(message);
const programs: ReadonlyMap<string, Program> = new Map(
  Object.entries<Program>({
    ...shellPrograms,
    npm,
    npx,
    ...hostPrograms,
  } satisfies Record<ProgramName, Program>),
);

/** What `exit` throws to get out of a program that is to end. */
class ProgramExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** What `exec` throws to get out of a program that another takes the place of. */
class ProgramExec {
  readonly request: ExecRequest;

  constructor(request: ExecRequest) {
    this.request = request;
  }
}

let booted: { readonly control: Control; readonly files: FileSystem } | null = null;

async function run(message: KernelToWorker & { readonly type: 'start' }): Promise<void> {
  if (booted === null) throw new Error('A program was started in a worker that has not booted.');
  const { control, files } = booted;
  dieIfKilled(control);
  let end: ProgramExit | ProgramExec | null = null;
  const system = openSystem(control, files, {
    onExit: (code) => {
      end ??= new ProgramExit(code);
      throw end;
    },
    onExec: (request) => {
      end ??= new ProgramExec(request);
      throw end;
    },
  });
  const env = new Map(message.env.map((entry) => [entry.slice(0, entry.indexOf('=', 1)), entry.slice(entry.indexOf('=', 1) + 1)] as const));
  const program = programs.get(message.program);
  let code: number;
  try {
    if (program === undefined) {
      system.writeBlocking(2, new TextEncoder().encode(`jampot: the engine has no program "${message.program}"\n`));
      code = 127;
    } else {
      code = await program({ system, args: message.args, env });
    }
  } catch (error) {
    if (!(error instanceof ProgramExit || error instanceof ProgramExec)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      system.writeBlocking(2, new TextEncoder().encode(`${message.program}: internal error: ${text}\n`));
    }
    code = 70;
  }
  code = finish(control, system, end, code);
  system.detach();
  post({ type: 'returned', code });
}

/** Exit code of a program that returned; one that caught the exit of its own still exits. After an exec nobody asks for it. */
function finish(control: Control, system: ThreadSystem, end: ProgramExit | ProgramExec | null, returned: number): number {
  if (end === null) return returned;
  if (end instanceof ProgramExit) return end.code;
  const { request } = end;
  const result = replaceProcess(control, request);
  if (result === 0) return 0;
  const stderr = request.fds[2] ?? -1;
  if (stderr >= 0) system.writeBlocking(stderr, new TextEncoder().encode(`${request.file}: could not be started: errno ${-result}\n`));
  return result === -ENOENT ? 127 : 126;
}

scope.addEventListener('message', ({ data }: MessageEvent<KernelToWorker>) => {
  if (data.type === 'boot') {
    const { slot, incarnation } = data;
    const control = openControl(data.control, slot, incarnation);
    dieIfKilled(control);
    booted = { control, files: openFileSystem(data.files, { slot, incarnation, onChange: () => wakeFileWatchers(control) }) };
    post({ type: 'ready' });
  } else if (data.type === 'start') {
    run(data).catch((error: unknown) => post({ type: 'failed', message: String(error) }));
  }
});
