import { resolve } from 'node:path';
import { parseBase, type Base } from '../origins.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from './edge/limits.ts';
import { DEFAULT_LIMITS, type ShareLimits } from '../share/manifest.ts';

/** What the environment configures. docs/deploying.md explains each variable. */
export interface Settings {
  readonly base: Base;
  readonly port: number;
  /** Absolute path of the folder that keeps the server's data. */
  readonly dataFolder: string;
  /** CSP sources of the pages that may frame the engine. */
  readonly embedders: readonly string[];
  /** Hosts that the outbound proxy may ask; empty: the proxy is off. */
  readonly fetchHosts: readonly string[];
  /** Bytes of a project's disk in the browser; null: as many as the browser gives, up to 2 GB. */
  readonly disk: number | null;
  /** Whether a proxy stands in front, whose word on clients' addresses counts. */
  readonly trustProxy: boolean;
  /** What deployed sites may have. */
  readonly edgeLimits: EdgeLimits;
  /** What one version of a shared project may have. */
  readonly shareLimits: ShareLimits;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {TypeError} naming the variable that has an unusable value */
export function readSettings(environment: Environment, folder: string): Settings {
  const port = readPort(environment['PORT']);
  const base = parseBase(environment['JAMPOT_BASE_URL'] || `http://jampot.localhost:${port}`);
  return {
    base,
    port,
    dataFolder: resolve(folder, environment['JAMPOT_DATA'] || '.data'),
    embedders: readEmbedders(environment['JAMPOT_EMBEDDERS'], base),
    fetchHosts: readList(environment['JAMPOT_FETCH']),
    disk: readDisk(environment['JAMPOT_DISK']),
    trustProxy: readSwitch(environment, 'JAMPOT_TRUST_PROXY'),
    edgeLimits: {
      ...DEFAULT_EDGE_LIMITS,
      fileBytes: readCount(environment, 'JAMPOT_DEPLOY_FILE_BYTES', DEFAULT_EDGE_LIMITS.fileBytes, 2 ** 32),
      bytes: readCount(environment, 'JAMPOT_DEPLOY_BYTES', DEFAULT_EDGE_LIMITS.bytes, 2 ** 36),
      files: readCount(environment, 'JAMPOT_DEPLOY_FILES', DEFAULT_EDGE_LIMITS.files, 100_000),
      deploys: readCount(environment, 'JAMPOT_DEPLOYS_PER_SITE', DEFAULT_EDGE_LIMITS.deploys, 100_000),
    },
    shareLimits: {
      bytes: readCount(environment, 'JAMPOT_SHARE_BYTES', DEFAULT_LIMITS.bytes, 2 ** 30),
      files: readCount(environment, 'JAMPOT_SHARE_FILES', DEFAULT_LIMITS.files, 20_000),
    },
  };
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return 3000;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new TypeError(`PORT must be a number from 0 to 65535, not "${text}".`);
  return port;
}

function readSwitch(environment: Environment, name: string): boolean {
  const text = environment[name];
  if (text === undefined || text === '' || text === '0') return false;
  if (text === '1') return true;
  throw new TypeError(`${name} must be 1 or 0, not "${text}".`);
}

function readCount(environment: Environment, name: string, usual: number, most: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return usual;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new TypeError(`${name} must be a number from 1 to ${most}, not "${text}".`);
  return count;
}

const MEGABYTE = 2 ** 20;

function readDisk(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const megabytes = Number(text);
  if (!Number.isInteger(megabytes) || megabytes < 16 || megabytes > 2048) {
    throw new TypeError(`JAMPOT_DISK must be a number of megabytes from 16 to 2048, not "${text}".`);
  }
  return megabytes * MEGABYTE;
}

/**
 * Pages on loopback names may embed the engine by default, but no name below `localhost`: those are engines and previews,
 * where projects' code runs, and one project must not boot another's engine.
 */
function readEmbedders(text: string | undefined, base: Base): readonly string[] {
  const given = readList(text);
  const sources = given.length > 0 ? given : ['http://localhost:*', 'http://127.0.0.1:*'];
  for (const source of sources) {
    if (!/^https?:\/\/[a-z0-9.*-]+(?::(?:\d+|\*))?$/i.test(source)) {
      throw new TypeError(`JAMPOT_EMBEDDERS holds "${source}", which is not an origin like https://docs.example.com.`);
    }
  }
  return [base.origin, ...sources.filter((source) => source !== base.origin)];
}

function readList(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((item) => item !== '');
}
