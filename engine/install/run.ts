/** `npm run` and its short forms `test`, `start`, `stop`, `restart`. */
import { InstallError } from './errors.ts';
import { type JsonFile, readPackageFile, toManifest } from './manifest.ts';
import { join } from './paths.ts';
import { readProject } from './project.ts';
import { exitCodeOf, runScript } from './scripts.ts';
import type { Session } from './session.ts';

const LIFECYCLE = new Set([
  'prepare',
  'prepublishOnly',
  'prepack',
  'postpack',
  'dependencies',
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'publish',
  'postpublish',
  'prerestart',
  'restart',
  'postrestart',
  'prestart',
  'start',
  'poststart',
  'prestop',
  'stop',
  'poststop',
  'pretest',
  'test',
  'posttest',
  'preuninstall',
  'uninstall',
  'postuninstall',
  'preversion',
  'version',
  'postversion',
]);

export function requirePackageFile(session: Session, folder = session.prefix): JsonFile {
  const file = readPackageFile(session.disk, folder);
  if (file !== null) return file;
  throw new InstallError(
    'ENOENT',
    `Could not read package.json: Error: ENOENT: no such file or directory, open '${join(folder, 'package.json')}'\n` +
      'Run the command in a folder with a package.json, or make one with `npm init -y`.',
    { exitCode: 254 },
  );
}

export function run(session: Session): number {
  const [event, ...args] = session.args;
  return runNamed(session, event, args);
}

/** `npm test` and the like: the command is the script's name. */
export function runShortcut(session: Session): number {
  return runNamed(session, session.command, session.args);
}

function runNamed(session: Session, event: string | undefined, args: readonly string[]): number {
  const folders = workspaceFolders(session);
  let code = 0;
  for (const folder of folders) {
    const file = requirePackageFile(session, folder);
    if (event === undefined) list(session, file);
    else {
      const ended = runIn(session, folder, file, event, args);
      if (code === 0) code = ended;
    }
  }
  return code;
}

/** The project, or the workspaces that `-w` and `--workspaces` name. */
function workspaceFolders(session: Session): string[] {
  const names = session.config.list('workspace');
  const all = session.config.is('workspaces');
  if (names.length === 0 && !all) return [session.prefix];
  const { workspaces } = readProject(session.disk, session.prefix);
  if (all) return [...workspaces.values()].map((folder) => join(session.prefix, folder));
  return names.map((name) => {
    const folder =
      workspaces.get(name) ?? [...workspaces.values()].find((each) => join(session.prefix, each) === join(session.prefix, name));
    if (folder === undefined) throw new InstallError('ENOWORKSPACES', `No workspaces found:\n  --workspace=${name}`);
    return join(session.prefix, folder);
  });
}

function runIn(session: Session, folder: string, file: JsonFile, event: string, args: readonly string[]): number {
  const scripts: Record<string, string> = { ...toManifest(file.json).scripts };
  if (event === 'restart') scripts['restart'] ??= 'npm stop --if-present && npm start';
  if (event === 'env') scripts['env'] ??= 'env';
  if (event === 'start' && scripts['start'] === undefined && session.disk.isFile(join(folder, 'server.js')))
    scripts['start'] = 'node server.js';
  if (!Object.hasOwn(scripts, event)) {
    if (session.config.is('if-present')) return 0;
    throw missing(event, Object.keys(scripts));
  }
  const events = session.config.is('ignore-scripts') ? [event] : [`pre${event}`, event, `post${event}`];
  for (const each of events) {
    const command = scripts[each];
    if (command === undefined || command === '') continue;
    const status = runScript(session, { event: each, command, folder, pkg: file.json, args: each === event ? args : [], header: true });
    const code = exitCodeOf(status);
    if (code === 0) continue;
    if (status.signal > 0) {
      // The script was ended by a signal: this process ends by the same, so that whoever started it sees that.
      session.system.kill(session.system.pid, status.signal);
    }
    return code;
  }
  return 0;
}

function missing(event: string, names: readonly string[]): InstallError {
  const near = names.filter((name) => distance(name, event) <= Math.max(1, Math.floor(event.length * 0.4)));
  const hint =
    near.length === 0
      ? ''
      : `\n\nDid you mean ${near.length === 1 ? 'this' : 'one of these'}?\n${near
          .slice(0, 3)
          .map((name) => `  npm run ${name}`)
          .join('\n')}`;
  return new InstallError('', `Missing script: "${event}"${hint}\n\nTo see a list of scripts, run:\n  npm run`);
}

/** Levenshtein's distance. */
export function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

function list(session: Session, file: JsonFile): void {
  const { output, config } = session;
  const { scripts = {}, name = '', version } = toManifest(file.json);
  if (config.is('json')) {
    output.standard(JSON.stringify(scripts, null, 2));
    return;
  }
  const entries = Object.entries(scripts);
  const lifecycle = entries.filter(([event]) => LIFECYCLE.has(event));
  const others = entries.filter(([event]) => !LIFECYCLE.has(event));
  const id = version === undefined ? name : `${name}@${version}`;
  const show = (group: readonly (readonly [string, string])[]) => {
    for (const [event, command] of group) output.notice(`  ${event}\n    ${command}`);
  };
  if (lifecycle.length > 0) {
    output.notice(`Lifecycle scripts included in ${id}:`);
    show(lifecycle);
  }
  if (others.length > 0) {
    output.notice(lifecycle.length === 0 ? `Scripts available in ${id} via \`npm run\`:` : 'available via `npm run`:');
    show(others);
  }
}
