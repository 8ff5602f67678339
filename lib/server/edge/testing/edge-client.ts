import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseBase } from '../../../origins.ts';
import { RateLimiter } from '../../rate-limit.ts';
import { openStorage, type Storage } from '../../storage/open-storage.ts';
import { createEdgeApi, type EdgeApi } from '../edge-api.ts';
import type { EdgeRates } from '../edge-calls.ts';
import type { EdgeLimits } from '../limits.ts';

export const BASE = parseBase('http://jampot.localhost:3000');
export const KEY = 'k'.repeat(40);

export const sha1 = (content: string | Uint8Array): string => createHash('sha1').update(content).digest('hex');

export type Tree = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

interface DeployJson {
  readonly id: string;
  readonly site_id: string;
  readonly state: string;
  readonly required: readonly string[];
  readonly deploy_url: string;
  readonly draft: boolean;
  readonly locked: boolean;
  readonly error_message: string | null;
  readonly published_at: string | null;
  readonly summary: { readonly messages: readonly { readonly title: string; readonly description: string }[] };
  readonly jampot: { readonly files: number; readonly bytes: number; readonly changed: unknown };
}

interface SiteJson {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly published_deploy: DeployJson | null;
}

const unlimited = (): RateLimiter => new RateLimiter({ burst: 1e9, perMinute: 1 });
export const NO_RATES: EdgeRates = { changes: unlimited(), uploads: unlimited(), drops: unlimited() };

interface Options {
  readonly storage?: Storage;
  readonly limits?: Partial<EdgeLimits>;
  readonly rates?: EdgeRates;
  readonly now?: () => number;
  readonly readableBy?: string;
}

/** The edge on stores of its own, and what a client does with it. */
export function openTestEdge({ storage = temporaryStorage(), rates = NO_RATES, ...rest }: Options = {}) {
  return edgeClient(createEdgeApi({ storage, base: BASE, rates, ...rest }), storage);
}

export function temporaryStorage(): Storage {
  const folder = mkdtempSync(join(tmpdir(), 'edge-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return openStorage(folder);
}

export function edgeClient(api: Pick<EdgeApi, 'handle'>, storage: Storage) {
  interface Ask {
    readonly key?: string | null;
    readonly json?: unknown;
    readonly body?: BodyInit;
    readonly headers?: Readonly<Record<string, string>>;
  }
  const ask = (method: string, path: string, { key = KEY, json, body, headers = {} }: Ask = {}): Promise<Response> =>
    api.handle(
      new Request(`${BASE.origin}/api/v1${path}`, {
        method,
        headers: {
          ...(key !== null && { authorization: `Bearer ${key}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: json === undefined ? (body ?? null) : JSON.stringify(json),
      }),
    );
  const json = async <Value>(method: string, path: string, options: Ask = {}): Promise<Value> => {
    const response = await ask(method, path, options);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? null : await response.json()) as Value;
  };
  const createSite = (name?: string, key = KEY): Promise<SiteJson> =>
    json('POST', '/sites', { key, json: name === undefined ? {} : { name } });
  const prepare = async (site: string, files: Tree, { draft = false, title = '', isAsync = false } = {}): Promise<DeployJson> => {
    const { id } = await json<DeployJson>('POST', `/sites/${site}/deploys?title=${title}`, { json: { draft } });
    const digests = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha1(content)]));
    return json('PUT', `/sites/${site}/deploys/${id}`, { json: { files: digests, async: isAsync, draft: false } });
  };
  const upload = (deploy: string, path: string, content: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    ask('PUT', `/deploys/${deploy}/files/${path.split('/').map(encodeURIComponent).join('/')}`, { body: content as BodyInit });
  return {
    storage,
    ask,
    json,
    createSite,
    prepare,
    upload,
    site: (id: string): Promise<SiteJson> => json('GET', `/sites/${id}`),
    getDeploy: (id: string): Promise<DeployJson> => json('GET', `/deploys/${id}`),
    async deploy(site: string, files: Tree, options: { draft?: boolean; title?: string } = {}): Promise<DeployJson> {
      const { id, required } = await prepare(site, files, options);
      const wanted = new Set(required);
      for (const [path, content] of Object.entries(files)) {
        if (!wanted.delete(sha1(content))) continue;
        const response = await upload(id, path, content);
        if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      }
      return json('GET', `/sites/${site}/deploys/${id}`);
    },
    /** Of a deployed site; redirects are not followed. */
    page: (url: string, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Response> =>
      api.handle(new Request(`${url}${path}`, { method, headers })),
  };
}
