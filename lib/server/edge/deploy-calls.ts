import { createHash } from 'node:crypto';
import type { Base } from '../../origins.ts';
import { pageOf, type Call } from './call.ts';
import { badRequest, noSuchCall, notFound, notReady } from './edge-problems.ts';
import type { Edge } from './edge.ts';
import { parseListing } from './listing.ts';
import { deployJson, fileJson } from './netlify-shapes.ts';
import type { DeployRecord, Remark, SiteRecord } from './records.ts';
import { chunksOf, readBytes, readFields, textField, type Fields } from './request-body.ts';
import { contentType } from './sites/content-types.ts';
import { readZip } from './zip-archive.ts';

/** Branches whose deploys are for the site itself, as if none was named. */
const MAIN_BRANCHES = new Set(['main', 'master']);

/** The calls of the API that are about deploys. */
export class DeployCalls {
  readonly #edge: Edge;
  readonly #base: Base;

  constructor({ edge, base }: { readonly edge: Edge; readonly base: Base }) {
    this.#edge = edge;
    this.#base = base;
  }

  /** `/sites/<site>/<rest>` */
  async ofSite(call: Call, site: SiteRecord, rest: readonly string[]): Promise<Response> {
    const { method } = call;
    const [kind, id = '', action] = rest;
    if (kind === 'rollback' && rest.length === 1 && method === 'PUT') {
      await this.#edge.sites.rollback(site.id, async (deploy) => (await this.#edge.deploys.get(deploy)) !== null);
      return new Response(null, { status: 204 });
    }
    if (kind === 'files' && rest.length === 1 && method === 'GET') {
      const shown = site.published[0] && (await this.#edge.deploys.get(site.published[0].deploy));
      return this.#files(shown ?? null);
    }
    if (kind === 'deploys' && rest.length === 1 && method === 'GET') {
      const deploys = pageOf(await this.#edge.deploys.ofSite(site.id), call.query);
      return Response.json(deploys.map((deploy) => deployJson(this.#base, site, deploy, [])));
    }
    if (kind === 'deploys' && rest.length === 1 && method === 'POST') return this.#create(call, site);
    if (kind === 'deploys' && rest.length >= 2) {
      const deploy = await this.#edge.deploys.get(id);
      if (deploy?.site !== site.id) throw notFound('deploy');
      if (action === 'restore' && rest.length === 3 && method === 'POST') {
        if (deploy.state !== 'ready') throw notReady(deploy.id);
        return this.#json(await this.#edge.sites.restore(deploy), deploy, 201);
      }
      return this.ofDeploy(call, { site, deploy }, rest.slice(2));
    }
    throw noSuchCall(method, `/${call.path.join('/')}`);
  }

  /** `/deploys/<deploy>/<rest>` */
  async ofDeploy(call: Call, { site, deploy }: { site: SiteRecord; deploy: DeployRecord }, rest: readonly string[]): Promise<Response> {
    const { method, request } = call;
    const { deploys, sites } = this.#edge;
    const [action, ...path] = rest;
    if (action === undefined) {
      if (method === 'GET') return this.#current(site.id, await deploys.advance(deploy.id));
      if (method === 'PUT' || method === 'POST') return this.#update(call, site, deploy);
      if (method === 'DELETE') {
        await deploys.delete(deploy);
        return new Response(null, { status: 204 });
      }
    }
    if (action === 'files' && path.length > 0 && method === 'PUT') {
      const name = path.join('/').replace(/^\//, '');
      const { sha1, size } = await deploys.upload(deploy, name, chunksOf(request));
      return Response.json({ ...fileJson(name, sha1, size, contentType(name)), deploy_id: deploy.id });
    }
    if (action === 'files' && path.length === 0 && method === 'GET') return this.#files(deploy);
    if (path.length === 0 && method === 'POST') {
      if (action === 'cancel') return this.#current(site.id, await deploys.cancel(deploy.id, 'Canceled'), 201);
      if (action === 'lock' || action === 'unlock') return this.#json(await sites.setLock(site.id, deploy.id, action === 'lock'), deploy);
    }
    throw noSuchCall(method, `/${call.path.join('/')}`);
  }

  async #create(call: Call, site: SiteRecord): Promise<Response> {
    const isZip = isZipBody(call.request);
    const fields = isZip ? {} : await readFields(call.request);
    const branch = textField(fields, 'branch', 200) ?? call.query.get('branch')?.slice(0, 200) ?? null;
    const isBranch = branch !== null && branch !== '' && !MAIN_BRANCHES.has(branch);
    const title = call.query.get('title')?.slice(0, 1000).toWellFormed() ?? textField(fields, 'title') ?? '';
    const draft = fields['draft'] === true || call.query.get('draft') === 'true' || isBranch;
    const deploy = await this.#edge.deploys.create(site, { title, branch: isBranch ? branch : null, draft });
    if (isZip) return this.#takeZip(call, site, deploy);
    return fields['files'] === undefined ? this.#json(site, deploy) : this.#takeListing(site, deploy, fields);
  }

  async #update(call: Call, site: SiteRecord, deploy: DeployRecord): Promise<Response> {
    if (isZipBody(call.request)) return this.#takeZip(call, site, deploy);
    const fields = await readFields(call.request);
    // Whether it is a draft was said when it was made: Netlify's client says something else here.
    if (fields['files'] === undefined) throw badRequest('“files” is missing.');
    return this.#takeListing(site, deploy, fields);
  }

  async #takeListing(site: SiteRecord, deploy: DeployRecord, fields: Fields): Promise<Response> {
    const { deploys, limits } = this.#edge;
    const listed = await deploys.setListing(deploy.id, parseListing(fields['files'], limits), functionRemarks(fields));
    const advancing = deploys.advance(deploy.id);
    if (fields['async'] !== true || listed.state !== 'preparing') return this.#current(site.id, await advancing);
    // The client looks again and again; should this fail, its next look takes the step and hears of it.
    advancing.catch((error: unknown) => console.error(error));
    return this.#current(site.id, listed);
  }

  async #takeZip({ request }: Call, site: SiteRecord, deploy: DeployRecord): Promise<Response> {
    const { deploys, limits } = this.#edge;
    const files = readZip(await readBytes(request, limits.bytes, 'The archive'), limits);
    const listing = new Map<string, string>();
    // Twice through the archive, so that not all of it is in memory unpacked.
    for (const { path, bytes } of files)
      listing.set(
        path,
        createHash('sha1')
          .update(await bytes())
          .digest('hex'),
      );
    let current = await deploys.setListing(deploy.id, parseListing(Object.fromEntries(listing), limits));
    current = await deploys.advance(deploy.id);
    const required = new Set(await deploys.required(current));
    for (const { path, bytes } of files) {
      const sha1 = listing.get(path) ?? '';
      if (!required.delete(sha1)) continue;
      const content = await bytes();
      await deploys.upload(
        current,
        path,
        // oxlint-disable-next-line typescript/require-await -- a source is asynchronous
        (async function* () {
          yield content;
        })(),
      );
    }
    return this.#current(site.id, await deploys.advance(deploy.id));
  }

  async #files(deploy: DeployRecord | null): Promise<Response> {
    if (deploy === null) return Response.json([]);
    const release = await this.#edge.deploys.release(deploy);
    if (release === null) throw notReady(deploy.id);
    return Response.json([...release.files].map(([path, { sha1, size }]) => fileJson(path, sha1, size, contentType(path))));
  }

  /** The site may have changed with the deploy. */
  async #current(siteId: string, deploy: DeployRecord, status = 200): Promise<Response> {
    const site = await this.#edge.sites.byId(siteId);
    if (site === null) throw notFound('site');
    return this.#json(site, deploy, status);
  }

  async #json(site: SiteRecord, deploy: DeployRecord, status = 200): Promise<Response> {
    return Response.json(deployJson(this.#base, site, deploy, await this.#edge.deploys.required(deploy)), { status });
  }
}

function isZipBody(request: Request): boolean {
  return /^application\/(?:x-)?zip\b/i.test(request.headers.get('content-type') ?? '');
}

/** What a deploy may bring along that this server does not run. */
function functionRemarks(fields: Fields): Remark[] {
  const kinds = { functions: 'functions', edge_functions: 'edge functions', server: 'a server' };
  return Object.entries(kinds).flatMap(([name, words]) => {
    const value = fields[name];
    const isEmpty = value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
    if (isEmpty) return [];
    return [
      {
        type: 'warning' as const,
        title: 'Some of the deploy does not run here',
        description: `It has ${words}; this server serves files only.`,
      },
    ];
  });
}
