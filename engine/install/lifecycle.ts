/** Scripts that an install runs: those of dependencies that are approved, then the project's own. */
import { installScripts, type InstallEvent, scriptVerdict } from './allow-scripts.ts';
import { linkBins } from './bin-links.ts';
import { optionalSet } from './dependency-sets.ts';
import { InstallError } from './errors.ts';
import { readPackageFile, toManifest } from './manifest.ts';
import type { Project } from './project.ts';
import type { ReifyOptions, Summary } from './reify.ts';
import { exitCodeOf, runScript } from './scripts.ts';
import type { Session } from './session.ts';
import type { TreeNode } from './tree.ts';

const ROOT_EVENTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

function packageJson(session: Session, node: TreeNode): ReturnType<typeof readPackageFile> {
  return readPackageFile(session.disk, node.target?.path ?? node.path);
}

export function runDependencyScripts(session: Session, project: Project, nodes: readonly TreeNode[], settings: ReifyOptions): void {
  const policy = project.file?.json['allowScripts'];
  const approved = nodes
    .filter(
      (node) =>
        !node.inert && (node.isLink || scriptVerdict(node, policy) === 'allowed' || session.config.is('dangerously-allow-all-scripts')),
    )
    .toSorted((a, b) => a.depth - b.depth || a.path.localeCompare(b.path, 'en'));
  for (const event of ['preinstall', 'install', 'postinstall', 'prepare'] satisfies (InstallEvent | 'prepare')[]) {
    approved.forEach((node, index) => {
      if (node.inert || (event === 'prepare' && !node.isLink)) return;
      const file = packageJson(session, node);
      const command = toManifest(file?.json).scripts?.[event];
      if (file === null || command === undefined || command === '') return;
      session.output.progress({ phase: 'scripts', done: index, total: approved.length, bytes: 0, name: `${node.packageName} ${event}` });
      const folder = node.target?.path ?? node.path;
      const status = runScript(session, {
        event,
        command,
        folder,
        pkg: file.json,
        args: [],
        header: session.config.is('foreground-scripts'),
        env: {
          npm_package_resolved: node.resolved ?? '',
          npm_package_integrity: node.integrity ?? '',
          npm_package_optional: node.optional ? '1' : '',
          npm_package_dev: node.dev ? '1' : '',
          npm_package_peer: node.peer ? '1' : '',
          npm_package_dev_optional: node.devOptional && !node.dev && !node.optional ? '1' : '',
        },
      });
      const code = exitCodeOf(status);
      if (code === 0) return;
      if (node.optional) {
        session.output.warn(
          `optional SKIPPING OPTIONAL DEPENDENCY: ${node.packageName}@${node.version}: its ${event} script ended with code ${code}`,
        );
        for (const each of optionalSet(node)) {
          each.inert = true;
          session.disk.remove(each.path);
        }
        return;
      }
      throw new InstallError(
        String(code),
        `path ${folder}\ncommand failed\ncommand sh -c ${command}\nThe ${event} script of ${node.packageName}@${node.version} ended with ${status.signal > 0 ? `signal ${status.signal}` : `code ${status.code}`}.`,
        { exitCode: code },
      );
    });
  }
  // A script may have made the file that a command points to.
  if (settings.binLinks && approved.length > 0)
    linkBins(
      session.disk,
      approved.filter((node) => !node.inert),
    );
}

export function runOwnScripts(session: Session, project: Project): number {
  const { file } = project;
  if (file === null) return 0;
  for (const event of ROOT_EVENTS) {
    const command = project.manifest.scripts?.[event];
    if (command === undefined || command === '') continue;
    session.output.progress({ phase: 'scripts', done: 0, total: 1, bytes: 0, name: event });
    const status = runScript(session, { event, command, folder: project.path, pkg: file.json, args: [], header: true });
    const code = exitCodeOf(status);
    if (code === 0) continue;
    session.output.error(`code ${code}\npath ${project.path}\ncommand failed\ncommand sh -c ${command}`);
    return code;
  }
  return 0;
}

/** Packages whose install scripts neither ran nor were refused: the user decides. */
export function warnUnreviewed(session: Session, project: Project, summary: Summary): void {
  if (session.config.is('ignore-scripts') || session.config.is('dangerously-allow-all-scripts')) return;
  const policy = project.file?.json['allowScripts'];
  const lines = [...summary.added, ...summary.changed].flatMap((node) => {
    if (node.isLink || node.inBundle || node.inert || scriptVerdict(node, policy) !== 'unreviewed') return [];
    const scripts = installScripts(toManifest(packageJson(session, node)?.json).scripts);
    return scripts.length === 0
      ? []
      : [`  ${node.packageName}@${node.version} (${scripts.map(([event, command]) => `${event}: ${command}`).join('; ')})`];
  });
  if (lines.length === 0) return;
  const header = `${lines.length} ${lines.length === 1 ? 'package has' : 'packages have'} install scripts not yet covered by allowScripts:`;
  const remedy = 'They did not run. To allow one, add "allowScripts": { "<name>": true } to package.json and install again.';
  session.output.warn([header, ...lines, '', remedy].map((line) => `install-scripts ${line}`.trimEnd()).join('\n'));
}
