/** `npm` and `npx` as programs of the engine. */
import type { Program, ProgramContext } from '../system/types.ts';
import { parseCommandLine } from './config.ts';
import { InstallError } from './errors.ts';
import { exec } from './exec.ts';
import { browserPlatform } from './browser-platform.ts';
import { bin, config, help, init, ls, pkg, prefix, root, version, view } from './inspect.ts';
import { ci, install, prune, uninstall, update } from './install.ts';
import { Output } from './output.ts';
import { NPM_VERSION, type Platform } from './platform.ts';
import { distance, run, runShortcut } from './run.ts';
import { openSession, type Session } from './session.ts';

type Command = (session: Session) => number | Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['ci', ci],
  ['install', install],
  ['uninstall', uninstall],
  ['update', update],
  ['prune', prune],
  ['run', run],
  ['test', runShortcut],
  ['start', runShortcut],
  ['stop', runShortcut],
  ['restart', runShortcut],
  ['exec', exec],
  ['ls', ls],
  ['root', root],
  ['prefix', prefix],
  ['bin', bin],
  ['version', version],
  ['config', config],
  ['pkg', pkg],
  ['init', init],
  ['view', view],
  ['help', help],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['clean-install', 'ic', 'install-clean', 'isntall-clean'].map((name) => [name, 'ci'] as const),
  ...['i', 'in', 'ins', 'inst', 'insta', 'instal', 'isnt', 'isnta', 'isntal', 'isntall', 'add'].map((name) => [name, 'install'] as const),
  ...['un', 'unlink', 'remove', 'rm', 'r'].map((name) => [name, 'uninstall'] as const),
  ...['up', 'upgrade', 'udpate'].map((name) => [name, 'update'] as const),
  ...['run-script', 'rum', 'urn'].map((name) => [name, 'run'] as const),
  ...['t', 'tst'].map((name) => [name, 'test'] as const),
  ...['list', 'll', 'la'].map((name) => [name, 'ls'] as const),
  ...['info', 'show', 'v'].map((name) => [name, 'view'] as const),
  ['x', 'exec'],
  ['c', 'config'],
  ['get', 'config'],
  ['create', 'init'],
  ['innit', 'init'],
]);

export function createNpm(platform: Platform): Program {
  return (context) => guarded(context, () => runNpm(context, platform));
}

export function createNpx(platform: Platform): Program {
  return (context) => guarded(context, () => runNpx(context, platform));
}

/** npm with what the browser gives: for a worker of the engine. */
export const npm: Program = (context) => createNpm(browserPlatform())(context);
export const npx: Program = (context) => createNpx(browserPlatform())(context);

async function runNpm(context: ProgramContext, platform: Platform): Promise<number> {
  const line = parseCommandLine(context.args.slice(1));
  const given = line.positional[0];
  const session = (name: string, args: readonly string[]) => openSession(context, platform, line, name, args);
  if (line.flags.has('version') && given === undefined) {
    session('version', []).output.standard(NPM_VERSION);
    return 0;
  }
  if (given === undefined || line.flags.has('help')) {
    help(session('help', []));
    return given === undefined && !line.flags.has('help') ? 1 : 0;
  }
  const name = ALIASES.get(given) ?? given;
  const args = line.positional.slice(1);
  const command = COMMANDS.get(name);
  if (command !== undefined) return command(session(name, given === 'get' ? ['get', ...args] : args));
  const near = [...COMMANDS.keys()].filter((each) => distance(each, given) <= 2);
  throw new InstallError(
    'EUNKNOWNCOMMAND',
    `Unknown command: "${given}"\n${near.length === 0 ? '' : `Did you mean ${near.map((each) => `npm ${each}`).join(' or ')}?\n`}` +
      `npm ${given} is not available in the page. \`npm help\` lists the commands that are.`,
  );
}

async function runNpx(context: ProgramContext, platform: Platform): Promise<number> {
  const line = parseCommandLine(context.args.slice(1), 0);
  const session = openSession(context, platform, line, 'exec', line.positional);
  if (line.positional.length === 0 && line.flags.has('version')) {
    session.output.standard(NPM_VERSION);
    return 0;
  }
  return exec(session);
}

/** Tells a failure as npm does. A defect of the installer itself is told with its stack. */
async function guarded(context: ProgramContext, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    // The system ends a program by throwing through it.
    if (!(error instanceof Error)) throw error;
    const output = new Output(context.system, context.env, false);
    if (error instanceof InstallError) {
      output.failure(error);
      return error.exitCode;
    }
    output.error(error.stack ?? error.message);
    return 1;
  }
}
