/** Scripts of package.json: their environment, their header, and running them in a shell. */
import type { ExitStatus, System } from '../system/types.ts';
import type { Config } from './config.ts';
import { errnoName } from './disk.ts';
import { InstallError } from './errors.ts';
import { isObject, type JsonObject } from './manifest.ts';
import type { Output } from './output.ts';
import { dirname, join } from './paths.ts';
import { NPM_VERSION } from './platform.ts';

const EINTR = -4;
const SIGINT = 2;
const SIGTERM = 15;

export interface ScriptContext {
  readonly system: System;
  readonly env: ReadonlyMap<string, string>;
  readonly config: Config;
  readonly output: Output;
  /** Project's folder. */
  readonly prefix: string;
  readonly nodeVersion: string;
  /** The npm command that is running, for `npm_command`. */
  readonly command: string;
}

export interface Script {
  readonly event: string;
  readonly command: string;
  /** Folder of the package. */
  readonly folder: string;
  readonly pkg: JsonObject;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The two header lines. Dependencies' scripts go without. */
  readonly header: boolean;
}

/** Where the engine keeps its own commands; both names exist there. */
const NPM_PATH = '/usr/local/bin/npm';
const NODE_PATH = '/usr/local/bin/node';

function flatten(value: unknown, key: string, into: Map<string, string>): void {
  if (value === undefined) return;
  if (value === null || value === false) into.set(key, '');
  else if (Array.isArray(value)) value.forEach((item, index) => flatten(item, `${key}_${index}`, into));
  else if (isObject(value)) for (const [name, item] of Object.entries(value)) flatten(item, `${key}_${name}`, into);
  else into.set(key, String(value));
}

/** The variables that npm sets for every script (npm's RFC 21): the package's, the configuration's, and PATH with every `.bin` on the way up. */
export function scriptEnvironment(context: ScriptContext, script: Script): string[] {
  const { env, config, prefix, system } = context;
  const variables = new Map(env);
  for (const [flag, values] of config.flags) {
    // What `npm exec` was asked for must not reach an npx inside of the command.
    if (flag !== 'call' && flag !== 'package' && /^[a-z][a-z-]*$/.test(flag))
      variables.set(`npm_config_${flag.replaceAll('-', '_')}`, values.join('\n\n'));
  }
  const node = env.get('npm_node_execpath') ?? NODE_PATH;
  variables.set('npm_config_user_agent', `npm/${NPM_VERSION} node/${context.nodeVersion} linux x64 workspaces/false`);
  variables.set('npm_execpath', env.get('npm_execpath') ?? NPM_PATH);
  variables.set('npm_node_execpath', node);
  variables.set('NODE', node);
  variables.set('npm_command', context.command);
  variables.set('npm_config_local_prefix', prefix);
  variables.set('npm_config_npm_version', NPM_VERSION);
  variables.set('npm_config_noproxy', env.get('npm_config_noproxy') ?? '');
  variables.set('INIT_CWD', env.get('INIT_CWD') ?? system.cwd());
  for (const [key, value] of Object.entries(script.env ?? {})) variables.set(key, value);
  for (const key of ['name', 'version', 'config', 'engines', 'bin'] as const) flatten(script.pkg[key], `npm_package_${key}`, variables);
  variables.set('npm_package_json', join(script.folder, 'package.json'));
  variables.set('npm_lifecycle_event', script.event);
  variables.set('npm_lifecycle_script', script.command);
  variables.set('PATH', binPath(script.folder, env.get('PATH') ?? ''));
  return [...variables].map(([key, value]) => `${key}=${value}`);
}

/** PATH with the `.bin` of every node_modules from `folder` up to the root in front. */
export function binPath(folder: string, path: string): string {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.push(join(at, 'node_modules/.bin'));
    if (at === '/' || at === '.') break;
  }
  return [...folders, path].filter((part) => part !== '').join(':');
}

/** One argument for the shell: as it is when nothing in it is special, else in single quotes. */
export function quote(argument: string): string {
  if (argument === '') return "''";
  return /[\t\n\r "#$&'()*;<>?\\`|~]/.test(argument) ? `'${argument.replaceAll("'", "'\\''")}'` : argument;
}

function identifier(pkg: JsonObject): string {
  const { name, version } = pkg;
  return typeof name === 'string' && typeof version === 'string' ? `${name}@${version}` : typeof name === 'string' ? `${name}@` : '';
}

/** Runs a script to its end and returns how it ended; nothing is thrown for a failing script. */
export function runScript(context: ScriptContext, script: Script): ExitStatus {
  const { output } = context;
  if (script.header) {
    const name = typeof script.pkg['name'] === 'string' && typeof script.pkg['version'] === 'string' ? `${identifier(script.pkg)} ` : '';
    const lines = script.command.trim().replaceAll('\n', '\n> ');
    output.notice(`\n> ${name}${script.event}\n> ${[lines, ...script.args].join(' ')}\n`);
  }
  const command = [script.command, ...script.args.map(quote)].join(' ');
  return runShell(context, command, scriptEnvironment(context, script), script.folder);
}

/** `sh -c command` with this process's standard streams; SIGINT and SIGTERM reach it, and this process waits for it to end. */
export function runShell(context: ScriptContext, command: string, env: readonly string[], cwd: string): ExitStatus {
  const { system, config } = context;
  const shell = config.get('script-shell') ?? '/bin/sh';
  const pid = system.spawn({ file: shell, args: ['sh', '-c', command], env, cwd, fds: [0, 1, 2] });
  if (pid < 0) {
    throw new InstallError(errnoName(pid), `spawn ${shell} ${errnoName(pid)} in ${cwd}`, { fault: 'system', exitCode: 127 });
  }
  return waitForChild(system, pid);
}

export function waitForChild(system: System, pid: number): ExitStatus {
  system.setSignalAction(SIGINT, 'handle');
  system.setSignalAction(SIGTERM, 'handle');
  try {
    for (;;) {
      const status = system.wait4Blocking(pid);
      if (typeof status !== 'number') return status;
      if (status !== EINTR) throw new InstallError(errnoName(status), `wait for process ${pid}: ${errnoName(status)}`, { fault: 'system' });
      for (const signal of system.takeSignals()) {
        // Ctrl-C at a terminal reached the child with the whole foreground group; other signals came to this process alone.
        if (signal !== SIGINT || !system.isTerminal(0)) system.kill(pid, signal);
      }
    }
  } finally {
    system.setSignalAction(SIGINT, 'default');
    system.setSignalAction(SIGTERM, 'default');
  }
}

/** Exit code of a process that ended so: its own, or 128 + signal as shells have it. */
export function exitCodeOf(status: ExitStatus): number {
  return status.signal > 0 ? 128 + status.signal : status.code;
}
