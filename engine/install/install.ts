/** `npm ci`, `npm install`, `npm uninstall`. */
import { requireSupported } from './config.ts';
import { InstallError } from './errors.ts';
import { formatLockfile, readHiddenLockfile } from './lockfile.ts';
import { probeTarball, Resolver } from './ideal-tree.ts';
import { type JsonObject, parseJsonFile, readManifest, readPackageFile, toManifest, writePackageFile } from './manifest.ts';
import { basename, join, relative } from './paths.ts';
import { type Project, projectTree, readProject } from './project.ts';
import { Registry } from './registry.ts';
import { markInert, reify, type ReifyOptions, type Summary, wantedNodes } from './reify.ts';
import { runDependencyScripts, runOwnScripts, warnUnreviewed } from './lifecycle.ts';
import { duration, type Session } from './session.ts';
import { addDependency, groupOf, removeDependency, saveSpec } from './save.ts';
import { parseArgument, type Spec } from './spec.ts';
import { Tree } from './tree.ts';
import { TreeImage } from './tree-image.ts';

function reifyOptions(session: Session, clean: boolean): ReifyOptions {
  const { config } = session;
  return {
    omit: config.omit,
    force: config.is('force'),
    binLinks: config.is('bin-links', true),
    engineStrict: config.is('engine-strict'),
    clean,
  };
}

/** `npm ci`: exactly the lockfile. */
export async function ci(session: Session): Promise<number> {
  requireSupported(session.config, 'ci');
  const project = readProject(session.disk, session.prefix);
  if (project.lock === null) {
    throw new InstallError(
      'EUSAGE',
      'The `npm ci` command can only install with an existing package-lock.json or\n' +
        'npm-shrinkwrap.json with lockfileVersion >= 1. Run an install with npm@5 or\n' +
        'later to generate a package-lock.json file, then try again.',
    );
  }
  const tree = projectTree(session.disk, project);
  const problems = disagreements(tree);
  if (problems.length > 0) {
    throw new InstallError(
      'EUSAGE',
      '`npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. ' +
        `Please update your lock file with \`npm install\` before continuing.\n\n${problems.join('\n')}\n`,
    );
  }
  return apply(session, project, tree, { clean: true });
}

/** What the manifests ask for and the lockfile does not have, in npm's words. */
function disagreements(tree: Tree): string[] {
  const problems = new Set<string>();
  for (const node of tree.inventory()) {
    for (const edge of node.edgesOut.values()) {
      const { to } = edge;
      if (to === null) {
        if (!edge.optional || (edge.type === 'optional' && node.isTop)) problems.add(`Missing: ${edge.name}@${edge.wanted} from lock file`);
      } else if (!edge.valid && node.isTop && edge.type !== 'peerOptional') {
        problems.add(`Invalid: lock file's ${to.packageName}@${to.version} does not satisfy ${edge.name}@${edge.wanted}`);
      }
    }
  }
  return [...problems];
}

interface ApplyOptions {
  readonly clean: boolean;
  readonly registry?: Registry;
  /** Whether scripts of the project itself run: not when packages were named. */
  readonly ownScripts?: boolean;
  readonly quiet?: boolean;
  /** Called when the packages are in place, before any script: package.json and the lockfile are written then. */
  readonly beforeScripts?: () => void;
}

/** Brings node_modules to the tree, runs scripts, says what was done. */
async function apply(session: Session, project: Project, tree: Tree, options: ApplyOptions): Promise<number> {
  const { disk, output, platform, config } = session;
  const registry = options.registry ?? new Registry(platform);
  const settings = reifyOptions(session, options.clean);
  markInert(tree, settings, { output, platform });
  if (config.is('dry-run')) {
    output.notice('\nup to date (dry run: nothing was written)');
    return 0;
  }
  warnDeprecated(session, tree);
  const actual = options.clean ? null : readHiddenLockfile(disk, project.path);
  const runScripts = !config.is('ignore-scripts');
  const policy = runScripts ? [project.file?.json['allowScripts'], config.is('dangerously-allow-all-scripts')] : null;
  const image =
    actual === null && settings.binLinks
      ? await TreeImage.of(tree, { omit: settings.omit, scripts: policy, force: settings.force }, disk, platform)
      : null;
  const adopted = image !== null && (await image.adopt());
  const summary: Summary = adopted
    ? { added: [...wantedNodes(tree, settings.omit).values()], changed: [], removed: [] }
    : await reify(tree, actual, settings, { disk, output, platform, registry });
  options.beforeScripts?.();
  const cacheFailure = await registry.settled();
  if (cacheFailure !== undefined) {
    output.warn(
      `cache The package cache could not be written (${cacheFailure instanceof Error ? cacheFailure.message : String(cacheFailure)}); the next install fetches again.`,
    );
  }
  let code = 0;
  // An image was taken after the dependencies' scripts had run, and before the project's own.
  if (runScripts && !adopted) runDependencyScripts(session, project, [...summary.added, ...summary.changed], settings);
  if (image !== null && !adopted) await image.keep(output);
  if (runScripts) {
    if (options.ownScripts !== false) code = runOwnScripts(session, project);
  }
  output.clearProgress();
  if (code !== 0) return code;
  if (options.quiet !== true) output.notice(summaryText(summary, platform.now() - session.started));
  warnUnreviewed(session, project, summary);
  return 0;
}

function warnDeprecated(session: Session, tree: Tree): void {
  const installed = readHiddenLockfile(session.disk, session.prefix)?.packages ?? {};
  for (const node of tree.inventory()) {
    const { deprecated } = node.pkg;
    if (deprecated === undefined || node.inert || installed[node.location]?.['version'] === node.version) continue;
    session.output.warn(`deprecated ${node.packageName}@${node.version}: ${deprecated}`);
  }
}

/** `added 107 packages, removed 2 packages, and changed 1 package in 2s` in npm's wording. */
export function summaryText(summary: Summary, milliseconds: number): string {
  const count = (verb: string, number: number) => `${verb} ${number} package${number === 1 ? '' : 's'}`;
  const parts: string[] = [];
  if (summary.added.length > 0) parts.push(count('added', summary.added.length));
  if (summary.removed.length > 0) parts.push(count('removed', summary.removed.length));
  if (summary.changed.length > 0) parts.push(count('changed', summary.changed.length));
  const last = parts.pop();
  const text = last === undefined ? 'up to date' : parts.length === 0 ? last : `${parts.join(', ')}, and ${last}`;
  return `\n${text} in ${duration(milliseconds)}`;
}

/** `npm install [<package>…]`. */
export function install(session: Session): Promise<number> {
  requireSupported(session.config, 'install');
  return installInto(session, session.prefix, session.args);
}

/** Installs what a folder's package.json says and adds the named packages to it; makes the package.json when there is none. */
export async function installInto(session: Session, folder: string, packages: readonly string[], quiet = false): Promise<number> {
  const { disk, platform, config } = session;
  if (packages.length > 0 && readPackageFile(disk, folder) === null) disk.mkdir(folder);
  const project = readProject(disk, folder);
  const registry = new Registry(platform);
  const tree = startTree(session, project);
  const additions = packages.map((argument) => parseArgument(argument, session.system.cwd()));
  for (const addition of additions) if (addition.name === '') Object.assign(addition, await nameOf(session, project, registry, addition));
  const json: JsonObject = { ...project.file?.json };
  for (const { name, raw } of additions) addDependency(json, name, raw === '' ? '*' : raw, groupOf(json, name, config));
  return resolveAndApply(session, project, tree, registry, {
    json,
    explicit: additions.map(({ name }) => name),
    update: new Set(),
    ownScripts: packages.length === 0,
    quiet,
  });
}

/** `npm uninstall <package>…`. */
export async function uninstall(session: Session): Promise<number> {
  requireSupported(session.config, 'uninstall');
  if (session.args.length === 0) throw new InstallError('EUSAGE', 'npm uninstall <package>…: must provide a package name to remove.');
  const project = readProject(session.disk, session.prefix);
  const json: JsonObject = { ...project.file?.json };
  for (const name of session.args) removeDependency(json, name);
  const tree = startTree(session, project);
  return resolveAndApply(session, project, tree, new Registry(session.platform), {
    json,
    explicit: [],
    update: new Set(),
    ownScripts: false,
  });
}

/** `npm update [<package>…]`: the newest versions that the ranges allow. */
export async function update(session: Session): Promise<number> {
  requireSupported(session.config, 'update');
  const project = readProject(session.disk, session.prefix);
  const tree = startTree(session, project);
  const names = session.args.length === 0 ? 'all' : new Set(session.args);
  return resolveAndApply(session, project, tree, new Registry(session.platform), {
    json: { ...project.file?.json },
    explicit: [],
    update: names,
    ownScripts: false,
  });
}

/** `npm prune`: what nobody asks for goes. */
export async function prune(session: Session): Promise<number> {
  const project = readProject(session.disk, session.prefix);
  const tree = startTree(session, project);
  return resolveAndApply(session, project, tree, new Registry(session.platform), {
    json: { ...project.file?.json },
    explicit: [],
    update: new Set(),
    ownScripts: false,
  });
}

/** Resolving starts from the lockfile, without one from what is installed, else from nothing. */
function startTree(session: Session, project: Project): Tree {
  const ignorePeers = session.config.is('legacy-peer-deps');
  const lock = project.lock ?? readHiddenLockfile(session.disk, project.path);
  return projectTree(session.disk, { ...project, lock }, ignorePeers);
}

interface Request {
  /** package.json as it will be. */
  readonly json: JsonObject;
  /** Names that were asked for by the command line. */
  readonly explicit: readonly string[];
  readonly update: ReadonlySet<string> | 'all';
  readonly ownScripts: boolean;
  /** Whether to say what was done: `npx` does not, its output is the command's. */
  readonly quiet?: boolean;
}

async function resolveAndApply(session: Session, project: Project, tree: Tree, registry: Registry, request: Request): Promise<number> {
  const { config, output, disk } = session;
  const before = project.lock === null ? null : formatLockfile(tree, { hidden: false });
  tree.root.pkg = toManifest(request.json);
  tree.root.loadEdges();
  let total = 0;
  const resolver = new Resolver(tree, disk, registry, {
    force: config.is('force'),
    strictPeers: config.is('strict-peer-deps'),
    preferDedupe: config.is('prefer-dedupe'),
    warn: (message) => output.warn(message),
    nodeVersion: session.nodeVersion,
    explicit: new Set(request.explicit),
    update: request.update,
    onProgress: (placed, name) => {
      total = Math.max(total, placed);
      output.progress({ phase: 'resolve', done: placed, total, bytes: 0, name });
    },
  });
  await resolver.resolve();
  output.clearProgress();
  for (const name of request.explicit) {
    const node = tree.root.children.get(name);
    if (node !== undefined) saveSpec(request.json, name, node, config);
  }
  tree.root.pkg = toManifest(request.json);
  tree.root.loadEdges();
  const save = config.get('save') !== 'false' && !config.is('dry-run');
  const finish = () => {
    if (save && project.file !== null && JSON.stringify(project.file.json) !== JSON.stringify(request.json))
      writePackageFile(disk, project.file, request.json);
    if (save && project.file === null && request.explicit.length > 0) {
      writePackageFile(disk, parseJsonFile(join(project.path, 'package.json'), '{}\n'), request.json);
    }
    if (save && (before === null || before !== formatLockfile(tree, { hidden: false }))) saveLockfile(session, project, tree);
  };
  if (config.is('package-lock-only')) {
    finish();
    output.notice(`\nup to date in ${duration(session.platform.now() - session.started)}`);
    return 0;
  }
  return apply(session, project, tree, {
    clean: false,
    registry,
    ownScripts: request.ownScripts,
    quiet: request.quiet === true,
    beforeScripts: finish,
  });
}

/** Name and saved form of a folder, tarball or address: the package itself knows what it is called. */
async function nameOf(
  session: Session,
  project: Project,
  registry: Registry,
  addition: { raw: string; spec: Spec },
): Promise<{ name: string; raw: string }> {
  const { spec } = addition;
  const { disk } = session;
  if (spec.kind === 'directory') {
    const pkg = readManifest(disk, spec.path);
    if (pkg === null)
      throw new InstallError('ENOENT', `Could not read package.json: no such file or directory, open '${spec.path}/package.json'`);
    return { name: pkg.name ?? basename(spec.path), raw: `file:${relative(project.path, spec.path)}` };
  }
  const raw = spec.kind === 'file' ? `file:${relative(project.path, spec.path)}` : addition.raw;
  const probe = new Tree(project.path, {});
  const node = await probeTarball(probe, disk, registry, spec.kind === 'file' ? raw : addition.raw);
  if (node.pkg.name === undefined) throw new InstallError('EBADPACKAGE', `${addition.raw}: the package has no name.`);
  return { name: node.pkg.name, raw };
}

/** Writes package-lock.json in the format that it had. */
function saveLockfile(session: Session, project: Project, tree: Tree): void {
  if (session.config.get('package-lock') === 'false') return;
  const { lock, file } = project;
  const path = lock?.file.path ?? join(project.path, 'package-lock.json');
  const format = lock?.file ?? file;
  const text = formatLockfile(tree, { hidden: false, indent: format?.indent ?? '  ', newline: format?.newline ?? '\n' });
  if (session.disk.readText(path) !== text) session.disk.writeText(path, text);
}
