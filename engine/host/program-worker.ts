/** Entry point of the workers that run the engine's own programs (shell, its commands, npm), one after another. */
import { openFileSystem } from '../fs/file-system.ts';
import { npm, npx } from '../install/program.ts';
import type { KernelToWorker, WorkerToKernel } from '../protocol/worker-messages.ts';
import { programs as shellPrograms } from '../shell/programs.ts';
import type { Control } from '../system/control.ts';
import { openControl, wakeFileWatchers } from '../system/control.ts';
import { openSystem } from '../system/system.ts';
import type { FileSystem } from '../fs/types.ts';
import type { Program } from '../system/types.ts';
import { hostPrograms } from './host-programs.ts';
import type { WorkerScope } from './worker-scope.ts';

const scope = self as unknown as WorkerScope;
const post = (message: WorkerToKernel): void => scope.postMessage(message);
const programs: ReadonlyMap<string, Program> = new Map([...shellPrograms, ['npm', npm], ['npx', npx], ...hostPrograms]);

/** What `exit` throws to get out of a program that is to end. */
class ProgramExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

let booted: { readonly control: Control; readonly files: FileSystem } | null = null;

async function run(message: KernelToWorker & { readonly type: 'start' }): Promise<void> {
  if (booted === null) throw new Error('A program was started in a worker that has not booted.');
  const { control, files } = booted;
  let exit: ProgramExit | null = null;
  const system = openSystem(control, files, {
    onExit: (code) => {
      exit ??= new ProgramExit(code);
      throw exit;
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
    if (!(error instanceof ProgramExit)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      system.writeBlocking(2, new TextEncoder().encode(`${message.program}: internal error: ${text}\n`));
    }
    code = error instanceof ProgramExit ? error.code : 70;
  }
  system.detach();
  post({ type: 'returned', code: exitCode(exit, code) });
}

/** A program that caught the exit of its own still exits. */
function exitCode(exit: ProgramExit | null, returned: number): number {
  return exit?.code ?? returned;
}

scope.addEventListener('message', ({ data }: MessageEvent<KernelToWorker>) => {
  if (data.type === 'boot') {
    const control = openControl(data.control, data.slot);
    booted = { control, files: openFileSystem(data.files, { slot: data.slot, onChange: () => wakeFileWatchers(control) }) };
    post({ type: 'ready', programs: [...programs.keys()] });
  } else if (data.type === 'start') {
    run(data).catch((error: unknown) => post({ type: 'failed', message: String(error) }));
  }
});
