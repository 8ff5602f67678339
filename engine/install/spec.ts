/** What stands on the right of a dependency: a version, a range, a tag, an alias, a file, a folder, an address, a git repository. */
import semver from 'semver';
import { InstallError } from './errors.ts';
import { resolve } from './paths.ts';

export type Spec =
  | { readonly kind: 'version' | 'range' | 'tag'; readonly name: string; readonly wanted: string }
  /** `npm:name@wanted` under another name. */
  | { readonly kind: 'alias'; readonly name: string; readonly target: RegistrySpec }
  /** Absolute path of a folder, or of a tarball. */
  | { readonly kind: 'directory' | 'file'; readonly name: string; readonly path: string }
  | { readonly kind: 'remote' | 'git'; readonly name: string; readonly address: string };

export interface RegistrySpec {
  readonly kind: 'version' | 'range' | 'tag';
  readonly name: string;
  readonly wanted: string;
}

const NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/i;

export function isPackageName(name: string): boolean {
  return NAME.test(name) && name.length <= 214 && name !== 'node_modules' && name !== 'favicon.ico';
}

function registrySpec(name: string, raw: string): RegistrySpec {
  const wanted = raw.trim();
  if (wanted === '') return { kind: 'range', name, wanted: '*' };
  const version = semver.valid(wanted, true);
  if (version !== null) return { kind: 'version', name, wanted: version };
  if (semver.validRange(wanted, true) !== null) return { kind: 'range', name, wanted };
  if (!wanted.isWellFormed() || encodeURIComponent(wanted) !== wanted) {
    throw new InstallError(
      'EINVALIDTAGNAME',
      `Invalid tag name "${wanted}" of package "${name}": Tags may not have any characters that encodeURIComponent encodes.`,
    );
  }
  return { kind: 'tag', name, wanted };
}

/** Splits `name@wanted`; the name keeps its scope. */
export function splitNameAtVersion(text: string): { name: string; wanted: string } {
  const at = text.indexOf('@', 1);
  return at < 0 ? { name: text, wanted: '' } : { name: text.slice(0, at), wanted: text.slice(at + 1) };
}

/** The spec of dependency `name` as written in a package.json in folder `where`. Throws for what npm does not know. */
export function parseSpec(name: string, raw: string, where: string): Spec {
  const text = raw.trim();
  if (text.startsWith('npm:')) {
    const target = splitNameAtVersion(text.slice(4));
    if (!isPackageName(target.name))
      throw new InstallError('EINVALIDPACKAGENAME', `Invalid package name "${target.name}" in "${name}@${raw}".`);
    return { kind: 'alias', name, target: registrySpec(target.name, target.wanted) };
  }
  if (/^(?:file:|\.{1,2}(?:\/|$)|\/|~\/)/.test(text)) {
    const path = resolve(where, text.replace(/^file:(?:\/\/(?=\/))?/, ''));
    return { kind: /\.(?:tgz|tar\.gz|tar)$/i.test(path) ? 'file' : 'directory', name, path };
  }
  if (/^(?:git(?:\+[a-z]+)?:|(?:github|gitlab|bitbucket|gist):|git@)/i.test(text) || /^[^@:/.][^:/@]*\/[^:/@]+$/.test(text)) {
    return { kind: 'git', name, address: text };
  }
  if (/^https?:\/\//i.test(text)) return { kind: /\.git(?:#.*)?$/.test(text) ? 'git' : 'remote', name, address: text };
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    throw new InstallError('EUNSUPPORTEDPROTOCOL', `Unsupported URL Type "${text.slice(0, text.indexOf(':') + 1)}": ${raw}`);
  }
  return registrySpec(name, text);
}

/** A command line's package argument: `name`, `name@wanted`, `alias@npm:name@wanted`, a folder, a tarball, an address. The name is '' when only the thing itself knows it. */
export function parseArgument(argument: string, where: string): { name: string; raw: string; spec: Spec } {
  if (
    /^(?:file:|\.{1,2}(?:\/|$)|\/|~\/|https?:|git[+:@]|github:)/.test(argument) ||
    (/\.(?:tgz|tar\.gz)$/.test(argument) && !argument.startsWith('@'))
  ) {
    const raw = /^(?:[a-z+]+:|\.|\/|~)/.test(argument) ? argument : `./${argument}`;
    return { name: '', raw, spec: parseSpec('', raw, where) };
  }
  if (!argument.startsWith('@') && argument.includes('/') && !argument.includes('@')) {
    return { name: '', raw: argument, spec: parseSpec('', argument, where) };
  }
  const { name, wanted } = splitNameAtVersion(argument);
  if (!isPackageName(name)) {
    throw new InstallError(
      'EINVALIDPACKAGENAME',
      `Invalid package name "${name}" of package "${argument}": a name holds only URL-friendly characters.`,
    );
  }
  return { name, raw: wanted, spec: parseSpec(name, wanted, where) };
}
