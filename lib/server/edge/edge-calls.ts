import { randomBytes } from 'node:crypto';
import { classifyHost, type Base } from '../../origins.ts';
import { clientAddress } from '../client-address.ts';
import { ProblemError } from '../problem.ts';
import { RateLimiter, rateLimited } from '../rate-limit.ts';
import { StorageError } from '../storage/storage.ts';
import { keyOf, pageOf, type Call } from './call.ts';
import { DeployCalls } from './deploy-calls.ts';
import { badRequest, noSuchCall, notFound, storageFull } from './edge-problems.ts';
import type { Edge } from './edge.ts';
import { ACCOUNT, accountJson, siteJson, userJson } from './netlify-shapes.ts';
import { parseListing } from './listing.ts';
import { hashKey, isSameHash, type DeployRecord, type SiteRecord } from './records.ts';
import { readFields, textField } from './request-body.ts';

/** Requests that an address may make: `burst` at once, then so many a minute. */
export interface EdgeRates {
  readonly changes: RateLimiter;
  readonly uploads: RateLimiter;
  /** Sites without a key. */
  readonly drops: RateLimiter;
}

export const defaultRates = (): EdgeRates => ({
  changes: new RateLimiter({ burst: 300, perMinute: 120 }),
  uploads: new RateLimiter({ burst: 20_000, perMinute: 6000 }),
  drops: new RateLimiter({ burst: 20, perMinute: 1 }),
});

const SHORTEST_KEY = 32;
const PREFIX = '/api/v1/';

/** Netlify's deploy API on our stores. docs/architecture.md, "Server". */
export class EdgeCalls {
  readonly #edge: Edge;
  readonly #base: Base;
  readonly #rates: EdgeRates;
  readonly #deploys: DeployCalls;

  constructor({ edge, base, rates = defaultRates() }: { readonly edge: Edge; readonly base: Base; readonly rates?: EdgeRates }) {
    this.#edge = edge;
    this.#base = base;
    this.#rates = rates;
    this.#deploys = new DeployCalls({ edge, base });
  }

  async handle(request: Request): Promise<Response> {
    try {
      const call = this.#parse(request);
      this.#limit(call);
      return await this.#answer(call);
    } catch (error) {
      return errorResponse(error, request);
    }
  }

  #parse(request: Request): Call {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(PREFIX)) throw noSuchCall(request.method, url.pathname);
    let path: string[];
    try {
      path = url.pathname.slice(PREFIX.length).replace(/\/$/, '').split('/').map(decodeURIComponent);
    } catch {
      throw badRequest('The path’s percent-encoding is malformed.');
    }
    const [, token = ''] = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    return { request, method: request.method, path, query: url.searchParams, key: token.length < SHORTEST_KEY ? null : hashKey(token) };
  }

  #limit({ request, method, path }: Call): void {
    if (method === 'GET' || method === 'HEAD') return;
    const limiter =
      path[0] === 'deploys' && path[2] === 'files' ? this.#rates.uploads : path[0] === 'drop' ? this.#rates.drops : this.#rates.changes;
    const seconds = limiter.take(clientAddress(request.headers));
    if (seconds > 0) throw rateLimited(seconds);
  }

  async #answer(call: Call): Promise<Response> {
    const { method, path } = call;
    const [kind = '', id = ''] = path;
    if (kind === 'drop') return this.#drop(call);
    if (kind === 'user' && path.length === 1 && method === 'GET') return Response.json(userJson(keyOf(call)));
    if (kind === 'accounts' && method === 'GET' && path.length <= 2) {
      keyOf(call);
      if (path.length === 1) return Response.json([accountJson()]);
      if (id !== ACCOUNT) throw notFound('account');
      return Response.json(accountJson());
    }
    if (kind === 'deploys' && path.length > 1) return this.#deploys.ofDeploy(call, await this.#ownDeploy(call, id), path.slice(2));
    const isList = (kind === 'sites' && path.length === 1) || (kind === ACCOUNT && id === 'sites' && path.length === 2);
    if (isList && method === 'GET') return this.#listSites(call);
    if (isList && method === 'POST') return this.#createSite(call);
    if (kind !== 'sites' || path.length < 2) throw noSuchCall(method, `/${path.join('/')}`);
    return this.#ofSite(call, id, path.slice(2));
  }

  async #ofSite(call: Call, id: string, rest: readonly string[]): Promise<Response> {
    const { method } = call;
    const site = (await this.#unclaimedSite(call, id, rest)) ?? (await this.#ownSite(call, id));
    if (rest.length === 0 && method === 'GET') return Response.json(await this.#siteJson(site));
    if (rest.length === 0 && (method === 'PATCH' || method === 'PUT')) {
      const name = textField(await readFields(call.request), 'name', 200);
      return Response.json(await this.#siteJson(name === null ? site : await this.#edge.sites.rename(site.id, name.toLowerCase())));
    }
    if (rest.length === 0 && method === 'DELETE') {
      await this.#edge.sites.delete(site.id);
      return new Response(null, { status: 204 });
    }
    return this.#deploys.ofSite(call, site, rest);
  }

  async #listSites(call: Call): Promise<Response> {
    const wanted = call.query.get('name');
    const sites = (await this.#edge.sites.ofKey(keyOf(call))).filter(({ name }) => wanted === null || name.includes(wanted));
    return Response.json(await Promise.all(pageOf(sites, call.query).map((site) => this.#siteJson(site))));
  }

  async #createSite(call: Call): Promise<Response> {
    const key = keyOf(call);
    const name = textField(await readFields(call.request), 'name', 200);
    const site = await this.#edge.sites.create(key, name?.trim().toLowerCase() ?? null);
    return Response.json(await this.#siteJson(site), { status: 201 });
  }

  /** A deploy without an account: the client gets a token, which is the key of the site that it makes until somebody claims it. */
  async #drop(call: Call): Promise<Response> {
    const { method, path, request } = call;
    if (method !== 'POST') throw noSuchCall(method, `/${path.join('/')}`);
    if (path.length === 2 && path[1] === 'token') return Response.json({ token: randomBytes(32).toString('hex') }, { status: 201 });
    const fields = await readFields(request);
    const token = textField(fields, 'token');
    if (token === null || token.length < SHORTEST_KEY) throw badRequest('“token” is not one that POST /drop/token gave.');
    if (path.length === 1) {
      const listing = parseListing(fields['files'], this.#edge.limits);
      const site = await this.#edge.sites.create(hashKey(token), null, true);
      const made = await this.#edge.deploys.create(site, { title: '', branch: null, draft: false });
      await this.#edge.deploys.setListing(made.id, listing);
      const deploy = await this.#edge.deploys.advance(made.id);
      const required = await this.#edge.deploys.required(deploy);
      return Response.json({ ...(await this.#siteJson(site)), subdomain: site.name, deploy_id: deploy.id, required }, { status: 201 });
    }
    if (path.length === 2 && path[1] === 'claim') {
      const key = keyOf(call);
      const site = await this.#edge.sites.byId(textField(fields, 'site') ?? '');
      if (site?.anonymous !== true || !isSameHash(site.key, hashKey(token))) throw notFound('site');
      return Response.json(await this.#siteJson(await this.#edge.sites.claim(site.id, key)));
    }
    throw noSuchCall(method, `/${path.join('/')}`);
  }

  /**
   * A site that was made without a key, when it is only looked at: whoever deploys without a key has nothing to show when it asks how far its deploy is, and
   * whoever wants to claim the site looks at it first.
   */
  async #unclaimedSite({ method }: Call, id: string, rest: readonly string[]): Promise<SiteRecord | null> {
    const isLook = method === 'GET' && (rest.length === 0 || (rest[0] === 'deploys' && rest.length === 2));
    const site = isLook ? await this.#edge.sites.byId(id) : null;
    return site?.anonymous === true ? site : null;
  }

  /** @param id of the site, its name, or its host name */
  async #ownSite(call: Call, id: string): Promise<SiteRecord> {
    const key = keyOf(call);
    const { sites } = this.#edge;
    const host = classifyHost(id, this.#base);
    const site = (await sites.byId(id)) ?? (await sites.byName(host.kind === 'edge' && host.deploy === null ? host.site : id));
    if (site === null || !isSameHash(site.key, key)) throw notFound('site');
    return site;
  }

  async #ownDeploy(call: Call, id: string): Promise<{ site: SiteRecord; deploy: DeployRecord }> {
    const key = keyOf(call);
    const deploy = await this.#edge.deploys.get(id);
    const site = deploy && (await this.#edge.sites.byId(deploy.site));
    if (deploy === null || site === null || !isSameHash(site.key, key)) throw notFound('deploy');
    return { site, deploy };
  }

  async #siteJson(site: SiteRecord): Promise<object> {
    const [shown] = site.published;
    return siteJson(this.#base, site, shown === undefined ? null : await this.#edge.deploys.get(shown.deploy));
  }
}

/** Netlify's form, with the problem beside it. */
function errorResponse(error: unknown, request: Request): Response {
  const known = problemOf(error);
  if (known !== undefined) {
    const { status, problem, headers } = known;
    const body = {
      code: status,
      message: `${problem.title}: ${problem.cause}`,
      ...(problem.code === 'EDGE_NAME_TAKEN' && { errors: { subdomain: ['must be unique'] } }),
      problem,
    };
    return Response.json(body, { status, headers: { ...headers, 'Cache-Control': 'no-store' } });
  }
  // Nobody is there to be told.
  if (request.signal.aborted) return new Response(null, { status: 400 });
  console.error(error);
  const problem = {
    code: 'SERVER_ERROR',
    title: 'The server failed',
    cause: 'An error that was not expected; its details are in the log of the server.',
    remedy: 'Try again; if it stays, look at the log of the server.',
  };
  return Response.json({ code: 500, message: problem.title, problem }, { status: 500, headers: { 'Cache-Control': 'no-store' } });
}

function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return (error instanceof StorageError && error.code === 'STORAGE_FULL') || code === 'ENOSPC' || code === 'EDQUOT'
    ? storageFull()
    : undefined;
}
