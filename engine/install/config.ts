/** npm's configuration as far as the page needs it: flags of the command line over `npm_config_*` variables over the project's .npmrc. */
import type { Disk } from './disk.ts';
import { InstallError } from './errors.ts';
import { join } from './paths.ts';

const SHORT: Readonly<Record<string, readonly string[]>> = {
  D: ['--save-dev'],
  E: ['--save-exact'],
  O: ['--save-optional'],
  P: ['--save-prod'],
  S: ['--save'],
  B: ['--save-bundle'],
  g: ['--global'],
  f: ['--force'],
  y: ['--yes'],
  n: ['--no-yes'],
  s: ['--silent'],
  q: ['--loglevel', 'warn'],
  d: ['--loglevel', 'info'],
  w: ['--workspace'],
  c: ['--call'],
  p: ['--package'],
  l: ['--long'],
  a: ['--all'],
  v: ['--version'],
  h: ['--help'],
  C: ['--prefix'],
};

/** Flags that take a value; every other flag is a boolean unless `=` follows. */
const VALUES = new Set([
  'loglevel',
  'workspace',
  'call',
  'package',
  'prefix',
  'omit',
  'include',
  'depth',
  'registry',
  'cache',
  'tag',
  'userconfig',
  'script-shell',
  'lockfile-version',
  'install-strategy',
  'save-prefix',
  'cpu',
  'os',
  'libc',
  'audit-level',
  'fetch-retries',
  'maxsockets',
  'init-author-name',
  'init-license',
  'init-version',
  'node-options',
  'before',
  'otp',
  'access',
  'location',
  'globalconfig',
  'scope',
  'color',
]);

const LISTS = new Set(['omit', 'include', 'package', 'workspace']);

export interface CommandLine {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Arguments that are no flags, the command first; all after `--` included. */
  readonly positional: readonly string[];
}

/** Reads npm's command line. With `stopAt`, everything from the (n+1)th positional argument on is taken as it is: what follows `npx cmd` are the command's flags. */
export function parseCommandLine(args: readonly string[], stopAt = Number.POSITIVE_INFINITY): CommandLine {
  const flags = new Map<string, string[]>();
  const positional: string[] = [];
  const set = (name: string, value: string) => {
    const values = flags.get(name);
    if (values === undefined || !LISTS.has(name)) flags.set(name, [value]);
    else values.push(value);
  };
  const queue = [...args];
  for (let argument = queue.shift(); argument !== undefined; argument = queue.shift()) {
    if (argument === '--') {
      positional.push(...queue);
      break;
    }
    if (argument.startsWith('--')) {
      const equals = argument.indexOf('=');
      const name = argument.slice(2, equals < 0 ? undefined : equals);
      if (equals >= 0) set(name, argument.slice(equals + 1));
      else if (VALUES.has(name)) set(name, queue.shift() ?? '');
      else if (name.startsWith('no-')) set(name.slice(3), 'false');
      else if (queue[0] === 'true' || queue[0] === 'false') set(name, queue.shift() ?? '');
      else set(name, 'true');
    } else if (argument.startsWith('-') && argument.length > 1) {
      const letters = argument.slice(1);
      const expanded = [...letters].map((letter) => SHORT[letter]);
      if (expanded.some((flag) => flag === undefined)) set(letters, 'true');
      else queue.unshift(...expanded.flatMap((flag) => flag ?? []));
    } else {
      positional.push(argument);
      if (positional.length > stopAt) {
        positional.push(...queue);
        break;
      }
    }
  }
  return { flags, positional };
}

export class Config {
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  readonly #env: ReadonlyMap<string, string>;
  readonly #files: ReadonlyMap<string, string>;

  constructor(flags: ReadonlyMap<string, readonly string[]>, env: ReadonlyMap<string, string>, files: ReadonlyMap<string, string>) {
    this.#flags = flags;
    this.#env = env;
    this.#files = files;
  }

  get(name: string): string | undefined {
    const flag = this.#flags.get(name);
    if (flag !== undefined) return flag.at(-1);
    const variable = name.replaceAll('-', '_');
    return this.#env.get(`npm_config_${variable}`) ?? this.#env.get(`NPM_CONFIG_${variable.toUpperCase()}`) ?? this.#files.get(name);
  }

  list(name: string): readonly string[] {
    return (
      this.#flags.get(name) ??
      this.get(name)
        ?.split(/[,\s]+/)
        .filter((item) => item !== '') ??
      []
    );
  }

  /** Whether a boolean is set; `fallback` when nobody says. */
  is(name: string, fallback = false): boolean {
    const value = this.get(name);
    return value === undefined ? fallback : value !== 'false' && value !== '' && value !== '0';
  }

  /** What was given on the command line itself, for `npm_config_*` of scripts. */
  get flags(): ReadonlyMap<string, readonly string[]> {
    return this.#flags;
  }

  get silent(): boolean {
    return this.is('silent') || this.get('loglevel') === 'silent';
  }

  get omit(): { dev: boolean; optional: boolean; peer: boolean } {
    const omitted = new Set(this.list('omit'));
    if (this.is('production') || this.get('only')?.startsWith('prod') === true) omitted.add('dev');
    if (this.get('optional') === 'false') omitted.add('optional');
    if (this.get('dev') === 'false') omitted.add('dev');
    if (omitted.size === 0 && this.#env.get('NODE_ENV') === 'production' && this.get('omit') === undefined) omitted.add('dev');
    for (const included of this.list('include')) omitted.delete(included);
    return { dev: omitted.has('dev'), optional: omitted.has('optional'), peer: omitted.has('peer') };
  }
}

/** `key = value` lines of an .npmrc; `${NAME}` stands for a variable, lines of `;` and `#` are comments. */
export function readNpmrc(disk: Disk, folder: string, env: ReadonlyMap<string, string>): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of (disk.readText(join(folder, '.npmrc')) ?? '').split(/\r?\n/)) {
    const text = line.trim();
    if (text === '' || text.startsWith(';') || text.startsWith('#')) continue;
    const equals = text.indexOf('=');
    const key = (equals < 0 ? text : text.slice(0, equals)).trim();
    const raw =
      equals < 0
        ? 'true'
        : text
            .slice(equals + 1)
            .trim()
            .replace(/^(["'])(.*)\1$/, '$2');
    const value = raw.replace(/\$\{([^}]+)\}/g, (whole, name: string) => env.get(name) ?? whole);
    if (key.endsWith('[]')) {
      const name = key.slice(0, -2);
      values.set(name, [values.get(name), value].filter(Boolean).join(','));
    } else values.set(key, value);
  }
  return values;
}

/** The nearest folder upwards with a package.json or node_modules, as npm finds its prefix; `cwd` itself when there is none. */
export function findPrefix(disk: Disk, cwd: string): string {
  let folder = cwd;
  // Inside of node_modules the project is the one above.
  const modules = /^(.*?)\/node_modules(?:\/|$)/.exec(cwd)?.[1];
  if (modules !== undefined && modules !== '') return modules;
  for (;;) {
    if (disk.isFile(join(folder, 'package.json')) || disk.isDirectory(join(folder, 'node_modules'))) return folder;
    if (folder === '/') return cwd;
    folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
  }
}

export function requireSupported(config: Config, command: string): void {
  if (config.list('workspace').length > 0) {
    throw new InstallError(
      'EWORKSPACE',
      `npm ${command} --workspace is not available in the page: add the package to the workspace's package.json and run \`npm install\` in the project's folder.`,
    );
  }
  if (config.is('global') || config.get('location') === 'global') {
    throw new InstallError(
      'EGLOBAL',
      `npm ${command} --global is not available in the page: there is one project, and its node_modules is what programs see.\nInstall it into the project, or run it with npx.`,
    );
  }
}
