/** `npm exec` and `npx`: a command of an installed package, or of one that is fetched into the user's own folder first. */
import semver from 'semver';
import { errnoName } from './disk.ts';
import { InstallError } from './errors.ts';
import { installInto } from './install.ts';
import { readManifest } from './manifest.ts';
import { basename, dirname, join } from './paths.ts';
import { binPath, exitCodeOf, runShell, scriptEnvironment, waitForChild } from './scripts.ts';
import type { Session } from './session.ts';
import { parseArgument } from './spec.ts';

/** `npm exec [--package=<spec>] [-c <script>] <command> [args]`. */
export async function exec(session: Session): Promise<number> {
  const { config, system } = session;
  const [command, ...args] = session.args;
  const call = config.get('call');
  const packages = config.list('package');
  if (command === undefined && call === undefined)
    throw new InstallError('EUSAGE', 'npx needs a command to run, for instance `npx eleventy --version`.');
  const folders = [system.cwd()];
  let file = command;
  if (packages.length > 0) {
    const missing = packages.filter((each) => !isInstalled(session, each));
    if (missing.length > 0) folders.unshift(await fetchPackages(session, missing));
  } else if (command !== undefined && localBin(session, command) === null) {
    const installed = installedFolder(session, command);
    const folder = installed ?? (await fetchedFolder(session, command, folders));
    file = onlyBin(folder, session);
  }
  const path = folders.reduceRight((rest, folder) => binPath(folder, rest), session.env.get('PATH') ?? '');
  const script = { event: 'npx', command: call ?? command ?? '', folder: session.prefix, pkg: {}, args: [], header: false };
  const env = scriptEnvironment(session, script).map((entry) => (entry.startsWith('PATH=') ? `PATH=${path}` : entry));
  if (call !== undefined) return exitCodeOf(runShell(session, call, env, system.cwd()));
  return spawnCommand(session, file ?? '', args, env);
}

function spawnCommand(session: Session, file: string, args: readonly string[], env: readonly string[]): number {
  const { system } = session;
  const pid = system.spawn({ file, args: [file, ...args], env, cwd: system.cwd(), fds: [0, 1, 2] });
  if (pid === -2) throw new InstallError('ENOENT', `${file}: command not found`, { exitCode: 127 });
  if (pid < 0) throw new InstallError(errnoName(pid), `spawn ${file} ${errnoName(pid)}`, { fault: 'system', exitCode: 126 });
  return exitCodeOf(waitForChild(system, pid));
}

/** The command's link in the nearest `node_modules/.bin`, from the current directory upwards. */
function localBin(session: Session, command: string): string | null {
  if (command.includes('/') || command.includes('@')) return null;
  for (let folder = session.system.cwd(); ; folder = dirname(folder)) {
    const link = join(folder, 'node_modules/.bin', command);
    if (session.disk.isFile(link)) return link;
    if (folder === '/') return null;
  }
}

/** Folder of an installed package that an argument such as `@11ty/eleventy` names, when its version fits. */
function installedFolder(session: Session, argument: string): string | null {
  const { spec } = parseArgument(argument, session.system.cwd());
  if (spec.kind !== 'range' && spec.kind !== 'version') return null;
  const folder = join(session.prefix, 'node_modules', spec.name);
  const version = readManifest(session.disk, folder)?.version;
  if (version === undefined) return null;
  if (spec.kind === 'version') return version === spec.wanted ? folder : null;
  return semver.satisfies(version, spec.wanted, true) ? folder : null;
}

function isInstalled(session: Session, argument: string): boolean {
  return installedFolder(session, argument) !== null;
}

async function fetchedFolder(session: Session, argument: string, folders: string[]): Promise<string> {
  const home = await fetchPackages(session, [argument]);
  folders.unshift(home);
  const manifest = readManifest(session.disk, home);
  const name = Object.keys(manifest?.dependencies ?? {})[0];
  if (name === undefined) throw new InstallError('EEXEC', `${argument} could not be installed.`);
  return join(home, 'node_modules', name);
}

/** Installs packages into `~/.npm/_npx/<hash of what was asked>` and returns that folder. */
async function fetchPackages(session: Session, packages: readonly string[]): Promise<string> {
  const { platform, env, output, config } = session;
  const sorted = packages.toSorted();
  const bytes = new TextEncoder().encode(sorted.join('\n'));
  const hash = new Uint8Array(await platform.subtle.digest('SHA-512', bytes));
  const name = [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const folder = join(env.get('HOME') ?? '/root', '.npm/_npx', name);
  if (readManifest(session.disk, folder) === null) {
    if (config.get('yes') === 'false')
      throw new InstallError('EEXEC', `npx canceled due to missing packages and no YES option: ${JSON.stringify(sorted)}`);
    output.warn(
      `exec The following package${sorted.length === 1 ? ' was' : 's were'} not found and will be installed: ${sorted.join(', ')}`,
    );
  }
  await installInto(session, folder, sorted, true);
  return folder;
}

/** The command that a package stands for: its only one, or the one named like it. */
function onlyBin(folder: string, session: Session): string {
  const manifest = readManifest(session.disk, folder);
  const bins = Object.entries(manifest?.bin ?? {});
  const name = basename(manifest?.name ?? folder);
  const chosen = bins.length === 1 ? bins[0] : bins.find(([command]) => command === name);
  if (chosen === undefined) {
    throw new InstallError(
      'EEXEC',
      `could not determine executable to run\n${manifest?.name ?? folder} has ${bins.length === 0 ? 'no commands' : `the commands ${bins.map(([command]) => command).join(', ')}`}.`,
    );
  }
  return join(folder, chosen[1]);
}
