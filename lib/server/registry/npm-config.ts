import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProblemError } from '../problem.ts';
import { parseNpmrc } from './npmrc.ts';

/** A registry and how to speak to it. */
export interface Registry {
  /** Ends with `/`. */
  readonly url: string;
  /** Value of the Authorization header. */
  readonly authorization: string | undefined;
}

export interface RegistryConfig {
  /** The registry of a package: its scope's, else the default one. */
  registryOf(packageName: string): Registry;
  /** PEM certificates to trust besides Node's own. */
  readonly certificates: readonly string[];
  /** Client certificate and key, PEM. */
  readonly client: { readonly cert: string; readonly key: string } | undefined;
  readonly strictSsl: boolean;
  /** Forward proxies by protocol of the registry's URL. */
  readonly httpsProxy: string | undefined;
  readonly httpProxy: string | undefined;
  readonly noProxy: readonly string[];
}

type Values = ReadonlyMap<string, string | readonly string[]>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What npm is configured with on this server. npm itself says which files and values apply (`npm config list --json`); credentials, which it
 * does not print, are read from the same files and from `npm_config_*` variables. Nothing of it is written anywhere.
 * @param folder where npm looks for a project's npmrc
 */
export async function readNpmConfig(folder: string, environment: Environment = process.env): Promise<RegistryConfig> {
  const listed = await listConfig(folder);
  const files = [listed['globalconfig'], listed['userconfig'], join(folder, '.npmrc')].filter((file) => typeof file === 'string');
  const values = new Map<string, string | readonly string[]>();
  for (const file of files) {
    for (const [key, value] of parseNpmrc(await readIfThere(file), environment)) values.set(key, value);
  }
  for (const [name, value] of Object.entries(environment)) {
    const key = /^npm_config_(\/\/.*)$/i.exec(name)?.[1];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  for (const [key, value] of Object.entries(listed)) {
    if (typeof value === 'string' && !key.startsWith('//')) values.set(key, value);
    if (typeof value === 'boolean') values.set(key, String(value));
    if (Array.isArray(value)) values.set(key, value.map(String));
  }
  return configFromValues(values, await certificatesOf(values));
}

/** The same from merged values, whatever they were read from. @throws {TypeError} when a registry is no URL */
export function configFromValues(values: Values, certificates: readonly string[] = []): RegistryConfig {
  const text = (key: string) => {
    const value = values.get(key);
    return typeof value === 'string' && value !== '' && value !== 'null' ? value : undefined;
  };
  const registry = (url: string): Registry => {
    const checked = new URL(url.endsWith('/') ? url : `${url}/`);
    if (checked.protocol !== 'https:' && checked.protocol !== 'http:')
      throw new TypeError(`npm is configured with a registry that is not http(s).`);
    return { url: checked.href, authorization: authorizationOf(checked, text) };
  };
  const url = text('registry');
  if (url === undefined) throw new TypeError('npm is configured without a registry.');
  const byDefault = registry(url);
  const scoped = new Map<string, Registry>();
  for (const key of values.keys()) {
    const scope = /^(@[^:/]+):registry$/.exec(key)?.[1];
    const url = text(key);
    if (scope !== undefined && url !== undefined) scoped.set(scope, registry(url));
  }
  const cert = text('cert');
  const key = text('key');
  return {
    registryOf: (name) => (name.startsWith('@') ? scoped.get(name.slice(0, name.indexOf('/'))) : undefined) ?? byDefault,
    certificates,
    client: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    strictSsl: text('strict-ssl') !== 'false',
    httpsProxy: text('https-proxy') ?? text('proxy'),
    httpProxy: text('proxy'),
    noProxy: listOf(values.get('noproxy')),
  };
}

/** npm keeps credentials under the registry's URL without its protocol, or under a parent path of it. */
function authorizationOf(url: URL, text: (key: string) => string | undefined): string | undefined {
  let path = `//${url.host}${url.pathname}`;
  while (path.length > 2) {
    for (const prefix of [path, path.replace(/\/$/, '')]) {
      const token = text(`${prefix}:_authToken`);
      if (token !== undefined) return `Bearer ${token}`;
      const basic = text(`${prefix}:_auth`);
      if (basic !== undefined) return `Basic ${basic}`;
      const user = text(`${prefix}:username`);
      const password = text(`${prefix}:_password`);
      if (user !== undefined && password !== undefined) {
        return `Basic ${Buffer.from(`${user}:${Buffer.from(password, 'base64').toString('utf8')}`).toString('base64')}`;
      }
    }
    path = path.replace(/[^/]*\/?$/, '');
  }
  return undefined;
}

async function listConfig(folder: string): Promise<Record<string, unknown>> {
  try {
    const options = { cwd: folder, timeout: 30_000, shell: process.platform === 'win32' };
    const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json'], options);
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch (cause) {
    const problem = {
      code: 'REGISTRY_CONFIG',
      title: 'The server cannot read its npm configuration',
      cause: '"npm config list" failed on the server.',
      remedy: 'Make npm available on the PATH of the server, and check that "npm config list" works there.',
    };
    throw new ProblemError(500, problem, { cause });
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function certificatesOf(values: Values): Promise<readonly string[]> {
  const file = values.get('cafile');
  const ca = values.get('ca') ?? [];
  const inline = typeof ca === 'string' ? (ca.includes('-----BEGIN') ? [ca] : []) : ca;
  return typeof file === 'string' && file !== '' ? [...inline, await readFile(file, 'utf8')] : inline;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === '' || value === 'null') return [];
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((item) => item !== '') : value;
}
