/** `npm` and `npx` as programs of the engine. */
import type { Program, ProgramContext } from '../system/types.ts';
import { parseCommandLine } from './config.ts';
import { InstallError, messageOf } from './errors.ts';
import { ci } from './install.ts';
import { Output } from './output.ts';
import type { Platform } from './platform.ts';
import { openSession, type Session } from './session.ts';

type Command = (session: Session) => number | Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([['ci', ci]]);

const ALIASES: ReadonlyMap<string, string> = new Map([['clean-install', 'ci']]);

export function createNpm(platform: Platform): Program {
  return (context) => guarded(context, () => runNpm(context, platform));
}

async function runNpm(context: ProgramContext, platform: Platform): Promise<number> {
  const line = parseCommandLine(context.args.slice(1));
  const [given = 'help', ...args] = line.positional;
  const name = ALIASES.get(given) ?? given;
  const command = COMMANDS.get(name);
  if (command === undefined) throw new InstallError('EUNKNOWNCOMMAND', `Unknown command: "${given}"`);
  return command(openSession(context, platform, line, name, args));
}

/** Tells a failure as npm does. A defect of the installer itself is told with its stack. */
async function guarded(context: ProgramContext, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const output = new Output(context.system, context.env, false);
    if (error instanceof InstallError) {
      output.failure(error);
      return error.exitCode;
    }
    output.error(`${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`);
    return 1;
  }
}
