/** Commands that look and tell: `ls`, `root`, `prefix`, `config`, `pkg`, `init`, `view`, `help`. */
import semver from 'semver';
import { InstallError } from './errors.ts';
import { readHiddenLockfile, treeOfLockfile } from './lockfile.ts';
import { formatJson, isObject, type JsonObject, parseJsonFile, writePackageFile } from './manifest.ts';
import { basename, join } from './paths.ts';
import { NPM_VERSION } from './platform.ts';
import { pickManifest } from './pick-manifest.ts';
import { readProject } from './project.ts';
import { Registry } from './registry.ts';
import { requirePackageFile } from './run.ts';
import type { Session } from './session.ts';
import { parseArgument } from './spec.ts';
import { Tree, type TreeNode } from './tree.ts';

export function root(session: Session): number {
  session.output.standard(join(session.prefix, 'node_modules'));
  return 0;
}

export function prefix(session: Session): number {
  session.output.standard(session.prefix);
  return 0;
}

export function bin(session: Session): number {
  session.output.standard(join(session.prefix, 'node_modules/.bin'));
  return 0;
}

export function version(session: Session): number {
  if (session.args.length > 0)
    throw new InstallError(
      'EUSAGE',
      'npm version <new version> is not available in the page; set it with `npm pkg set version=<new version>`.',
    );
  const file = requirePackageFile(session);
  const { name, version: own } = file.json;
  const lines = {
    ...(typeof name === 'string' && typeof own === 'string' ? { [name]: own } : {}),
    npm: NPM_VERSION,
    node: session.nodeVersion.slice(1),
  };
  session.output.standard(JSON.stringify(lines, null, 2).replaceAll('"', "'"));
  return 0;
}

/** `npm ls [name…] [--all] [--json]`. */
export function ls(session: Session): number {
  const { disk, output, config } = session;
  const project = readProject(disk, session.prefix);
  const hidden = readHiddenLockfile(disk, session.prefix);
  const options = { workspaces: project.workspaces, override: project.override };
  const tree =
    hidden === null
      ? new Tree(project.path, project.manifest, options)
      : treeOfLockfile(disk, project.path, project.manifest, hidden, options);
  const names = new Set(session.args.map((argument) => parseArgument(argument, session.prefix).name));
  const deep = config.is('all') || names.size > 0;
  const problems: string[] = [];
  const seen = new Set<TreeNode>();
  const walk = (node: TreeNode): Listed => {
    const from = node.target ?? node;
    const listed: Listed = {
      label: labelOf(node),
      json: { version: node.version },
      children: [],
      wanted: names.size === 0 || names.has(node.name),
    };
    if (seen.has(from)) return listed;
    seen.add(from);
    for (const edge of [...from.edgesOut.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'))) {
      const { to } = edge;
      if (to === null) {
        if (edge.optional) continue;
        problems.push(`missing: ${edge.name}@${edge.wanted}, required by ${from.packageName}@${from.version}`);
        listed.children.push([
          edge.name,
          {
            label: `UNMET DEPENDENCY ${edge.name}@${edge.wanted}`,
            json: { required: edge.wanted, missing: true },
            children: [],
            wanted: names.size === 0 || names.has(edge.name),
          },
        ]);
        continue;
      }
      const deduped = seen.has(to.target ?? to) && from !== tree.root;
      const child = deep ? walk(to) : { label: labelOf(to), json: { version: to.version }, children: [], wanted: true };
      if (deduped) child.label += ' deduped';
      if (!edge.valid) {
        child.label += ` invalid: "${edge.wanted}" from ${from.isRoot ? 'the root project' : from.location}`;
        problems.push(`invalid: ${to.packageName}@${to.version} ${to.path}`);
      }
      listed.children.push([edge.name, child]);
    }
    return listed;
  };
  const top = walk(tree.root);
  for (const node of tree.root.children.values()) {
    if (node.edgesIn.length > 0) continue;
    problems.push(`extraneous: ${node.packageName}@${node.version} ${node.path}`);
    top.children.push([
      node.name,
      {
        label: `${labelOf(node)} extraneous`,
        json: { version: node.version, extraneous: true },
        children: [],
        wanted: names.size === 0 || names.has(node.name),
      },
    ]);
  }
  keepWanted(top, names.size > 0);
  if (config.is('json')) {
    const { name, version: own } = project.manifest;
    output.standard(
      JSON.stringify(
        {
          version: own,
          name,
          ...(problems.length > 0 ? { problems } : {}),
          ...(top.children.length > 0 ? { dependencies: toJson(top) } : {}),
        },
        null,
        2,
      ),
    );
  } else {
    const { name = basename(session.prefix), version: own } = project.manifest;
    output.standard(`${name}${own === undefined ? '' : `@${own}`} ${session.prefix}`);
    const lines = render(top.children, '');
    output.standard(lines.length === 0 ? '└── (empty)\n' : `${lines.join('\n')}\n`);
  }
  if (problems.length > 0 && !config.is('json')) output.error(`code ELSPROBLEMS\n${problems.join('\n')}`);
  return problems.length > 0 || (names.size > 0 && top.children.length === 0) ? 1 : 0;
}

interface Listed {
  label: string;
  readonly json: JsonObject;
  children: [string, Listed][];
  readonly wanted: boolean;
}

function labelOf(node: TreeNode): string {
  const alias = node.packageName === node.name ? '' : `${node.name}@npm:`;
  return `${alias}${node.packageName}@${node.version}${node.target === null ? '' : ` -> ./${node.target.location}`}`;
}

/** Of a search only the ways to what was searched stay. */
function keepWanted(listed: Listed, search: boolean): boolean {
  if (search) listed.children = listed.children.filter(([, child]) => keepWanted(child, search));
  return listed.wanted || listed.children.length > 0;
}

function toJson(listed: Listed): JsonObject {
  return Object.fromEntries(
    listed.children.map(([name, child]) => [
      name,
      child.children.length === 0 ? child.json : { ...child.json, dependencies: toJson(child) },
    ]),
  );
}

function render(children: readonly [string, Listed][], indent: string): string[] {
  return children.flatMap(([, child], index) => {
    const last = index === children.length - 1;
    const branch = child.children.length > 0 ? '┬' : '─';
    return [`${indent}${last ? '└' : '├'}─${branch} ${child.label}`, ...render(child.children, `${indent}${last ? '  ' : '│ '}`)];
  });
}

/** `npm config get <key>`, `npm config list`. */
export function config(session: Session): number {
  const [action = 'list', ...keys] = session.args;
  const value = (key: string): string => {
    if (key === 'registry') return session.platform.registry;
    if (key === 'prefix') return session.prefix;
    if (key === 'user-agent') return `npm/${NPM_VERSION} node/${session.nodeVersion} linux x64 workspaces/false`;
    return session.config.get(key) ?? 'undefined';
  };
  if (action === 'get') {
    for (const key of keys) session.output.standard(keys.length === 1 ? value(key) : `${key}=${value(key)}`);
    return 0;
  }
  if (action === 'list' || action === 'ls') {
    session.output.standard(
      `registry = "${session.platform.registry}"\nprefix = "${session.prefix}"\n; node version = ${session.nodeVersion}\n; npm version = ${NPM_VERSION}`,
    );
    return 0;
  }
  throw new InstallError('EUSAGE', `npm config ${action} is not available in the page; write the setting into the project's .npmrc.`);
}

function pathOf(key: string): string[] {
  return key.split(/\.|\[(?:["']?)([^\]"']*)(?:["']?)\]/).filter((part): part is string => part !== undefined && part !== '');
}

function getAt(json: unknown, path: readonly string[]): unknown {
  let value = json;
  for (const part of path) value = isObject(value) || Array.isArray(value) ? Reflect.get(value, part) : undefined;
  return value;
}

function setAt(json: JsonObject, path: readonly string[], value: unknown): void {
  let at: JsonObject | unknown[] = json;
  path.forEach((part, index) => {
    if (part === '__proto__' || part === 'constructor' || part === 'prototype')
      throw new InstallError('EUSAGE', `"${part}" cannot be set.`);
    if (index === path.length - 1) {
      Reflect.set(at, part, value);
      return;
    }
    let next: unknown = Reflect.get(at, part);
    if (!isObject(next) && !Array.isArray(next)) {
      next = /^\d+$/.test(path[index + 1] ?? '') ? [] : {};
      Reflect.set(at, part, next);
    }
    at = next as JsonObject | unknown[];
  });
}

/** `npm pkg get [key…]`, `npm pkg set key=value…`, `npm pkg delete key…`. */
export function pkg(session: Session): number {
  const [action, ...args] = session.args;
  const file = requirePackageFile(session);
  const { json } = file;
  if (action === 'get') {
    const one = args.length === 1 ? args[0] : undefined;
    const result =
      args.length === 0
        ? json
        : one !== undefined
          ? (getAt(json, pathOf(one)) ?? {})
          : Object.fromEntries(args.map((key) => [key, getAt(json, pathOf(key))] as const).filter(([, value]) => value !== undefined));
    session.output.standard(JSON.stringify(result, null, 2));
    return 0;
  }
  if (action === 'set') {
    for (const argument of args) {
      const equals = argument.indexOf('=');
      if (equals < 1) throw new InstallError('EUSAGE', 'npm pkg set expects a key=value pair of args.');
      const text = argument.slice(equals + 1);
      let value: unknown = text;
      if (session.config.is('json')) {
        try {
          value = JSON.parse(text);
        } catch (error) {
          throw new InstallError('EJSONPARSE', `npm pkg set --json: ${text} is not JSON.`, { cause: error });
        }
      }
      setAt(json, pathOf(argument.slice(0, equals)), value);
    }
  } else if (action === 'delete') {
    for (const key of args) {
      const path = pathOf(key);
      const holder = getAt(json, path.slice(0, -1));
      if (isObject(holder)) Reflect.deleteProperty(holder, path.at(-1) ?? '');
      else if (Array.isArray(holder)) holder.splice(Number(path.at(-1)), 1);
    }
  } else throw new InstallError('EUSAGE', 'npm pkg get [key…] | npm pkg set key=value… | npm pkg delete key…');
  writePackageFile(session.disk, file, json);
  return 0;
}

/** `npm init -y`: a package.json with npm's defaults. */
export function init(session: Session): number {
  const { system, disk, output, config: settings } = session;
  if (session.args.length > 0)
    throw new InstallError(
      'EUSAGE',
      `npm init ${session.args[0] ?? ''} is not available in the page; use \`npx create-${session.args[0] ?? '…'}\`.`,
    );
  if (!settings.is('yes'))
    throw new InstallError('EUSAGE', 'npm init asks questions, which the page does not do yet; use `npm init -y` and edit package.json.');
  const folder = system.cwd();
  const path = join(folder, 'package.json');
  const existing = disk.readText(path);
  const file = parseJsonFile(path, existing ?? '{}\n');
  const json = {
    name: basename(folder).toLowerCase().replace(/\s+/g, '-'),
    version: settings.get('init-version') ?? '1.0.0',
    description: '',
    main: 'index.js',
    scripts: { test: 'echo "Error: no test specified" && exit 1' },
    keywords: [],
    author: settings.get('init-author-name') ?? '',
    license: settings.get('init-license') ?? 'ISC',
    type: 'commonjs',
    ...file.json,
  };
  writePackageFile(disk, file, json);
  output.notice(`Wrote to ${path}:\n\n${formatJson(file, json)}\n`);
  return 0;
}

/** `npm view <package>[@range] [field…]`. */
export async function view(session: Session): Promise<number> {
  const [argument, ...fields] = session.args;
  if (argument === undefined) throw new InstallError('EUSAGE', 'npm view <package>[@<version>] [<field>…]');
  const { spec } = parseArgument(argument, session.prefix);
  if (spec.kind !== 'range' && spec.kind !== 'version' && spec.kind !== 'tag')
    throw new InstallError('EUSAGE', `npm view ${argument}: only packages of the registry can be viewed.`);
  const packument = await new Registry(session.platform).packument(spec.name);
  const wanted = spec.kind === 'range' && spec.wanted === '*' ? 'latest' : spec.wanted;
  const versions =
    spec.kind === 'range' && wanted !== 'latest'
      ? Object.keys(packument.versions)
          .filter((each) => semver.satisfies(each, spec.wanted, true))
          .toSorted(semver.compare)
      : [
          String(
            pickManifest(packument, { ...spec, kind: wanted === 'latest' ? 'tag' : spec.kind, wanted }, session.nodeVersion)['version'],
          ),
        ];
  if (versions.length === 0)
    throw new InstallError('E404', `No match found for version ${spec.wanted}\nThe requested resource '${argument}' could not be found.`);
  const { output } = session;
  for (const each of versions) {
    const data = { ...packument.json, ...packument.versions[each], versions: Object.keys(packument.versions), 'dist-tags': packument.tags };
    if (fields.length === 0) {
      if (each === versions.at(-1))
        output.standard(summaryOf(packument.name, each, data, Object.keys(packument.versions).length, packument.tags));
      continue;
    }
    const values = fields.map((field) => [field, getAt(data, pathOf(field))] as const).filter(([, value]) => value !== undefined);
    for (const [field, value] of values) {
      const text = typeof value === 'string' && !session.config.is('json') ? value : JSON.stringify(value, null, 2);
      const label = `${versions.length > 1 ? `${packument.name}@${each} ` : ''}${fields.length > 1 ? `${field} = ` : ''}`;
      output.standard(label === '' ? text : `${label}${typeof value === 'string' ? `'${value}'` : text}`);
    }
  }
  return 0;
}

function summaryOf(name: string, own: string, data: JsonObject, versions: number, tags: Readonly<Record<string, string>>): string {
  const text = (key: string) => (typeof data[key] === 'string' ? data[key] : '');
  const dependencies = isObject(data['dependencies']) ? Object.entries(data['dependencies']) : [];
  const lines = [
    '',
    `${name}@${own} | ${text('license') || 'Proprietary'} | deps: ${dependencies.length || 'none'} | versions: ${versions}`,
    text('description'),
    text('homepage'),
    ...(text('deprecated') === '' ? [] : ['', `DEPRECATED - ${text('deprecated')}`]),
    ...(isObject(data['bin']) ? ['', `bin: ${Object.keys(data['bin']).join(', ')}`] : []),
    ...(dependencies.length === 0 ? [] : ['', 'dependencies:', dependencies.map(([key, range]) => `${key}: ${String(range)}`).join(', ')]),
    '',
    'dist-tags:',
    ...Object.entries(tags).map(([tag, target]) => `${tag}: ${target}`),
  ];
  return lines.join('\n');
}

export function help(session: Session): number {
  session.output.standard(
    `npm <command>

Usage:

npm ci                      install exactly what package-lock.json says
npm install                 install the dependencies of this project
npm install <package>…      add dependencies (-D, -O, -E, --save-peer, --no-save)
npm uninstall <package>…    remove dependencies
npm update [<package>…]     take newer versions within the ranges
npm run [<script>]          run a script, or list them
npm test | start | stop | restart
npm exec, npx               run a command of a package
npm ls [<package>…]         what is installed (--all, --json)
npm view <package> [field]  what the registry knows
npm pkg get|set|delete      read or change package.json
npm init -y                 make a package.json
npm config get|list, npm root, npm prefix, npm bin, npm version, npm --version

npm@${NPM_VERSION} as built into Jampot, with the registry at ${session.platform.registry}
Commands that publish, log in or audit are not available in the page.`,
  );
  return 0;
}
