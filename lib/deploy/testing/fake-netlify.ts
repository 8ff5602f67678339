import { hexDigest } from '../digest.ts';

/** Netlify's deploy API in memory, as far as adapters use it, behind a `fetch`. Written after the API's documentation, not after the adapter. */
export interface FakeNetlify {
  readonly fetch: typeof fetch;
  /** `METHOD path` of every request that arrived. */
  readonly requests: string[];
  /** What the site shows: SHA-1 by path. */
  live(site: string): Readonly<Record<string, string>>;
  /** What a host name shows, a site's or a deploy's: SHA-1 by path. */
  at(hostname: string): Readonly<Record<string, string>>;
  /** State of every deploy by id. */
  states(): Readonly<Record<string, string>>;
}

export interface FakeNetlifyOptions {
  readonly token?: string;
  /** Requests for a deploy that find it still preparing or uploaded, before it goes on. */
  readonly slow?: number;
  /** Wants content that it has not got at each of its paths. */
  readonly everyPath?: boolean;
  /** Names that others have. */
  readonly taken?: readonly string[];
}

interface FakeDeploy {
  readonly id: string;
  readonly site: string;
  readonly title: string;
  readonly created: number;
  draft: boolean;
  state: string;
  files: Record<string, string>;
  /** Paths whose content was not there when the deploy began. */
  wanted: ReadonlySet<string>;
  readonly received: Set<string>;
  slow: number;
  locked: boolean;
}

interface FakeSite {
  readonly id: string;
  readonly name: string;
  published: string | null;
}

export function createFakeNetlify(options: FakeNetlifyOptions = {}): FakeNetlify {
  const { token = 'fake-token', slow = 0, everyPath = false, taken = [] } = options;
  const sites = new Map<string, FakeSite>();
  const deploys = new Map<string, FakeDeploy>();
  const blobs = new Set<string>();
  const requests: string[] = [];
  let ids = 0;
  const newId = (): string => (ids += 1).toString(16).padStart(24, '0');

  const missing = ({ files, wanted, received }: FakeDeploy): string[] => [
    ...new Set(
      Object.entries(files)
        .filter(([path, sha]) => (everyPath ? wanted.has(path) && !received.has(path) : !blobs.has(sha)))
        .map(([, sha]) => sha),
    ),
  ];
  const publish = (deploy: FakeDeploy): void => {
    const site = sites.get(deploy.site);
    const current = deploys.get(site?.published ?? '');
    if (site !== undefined && !deploy.draft && current?.locked !== true) site.published = deploy.id;
  };
  const goOn = (deploy: FakeDeploy): void => {
    if (['error', 'ready', 'new'].includes(deploy.state)) return;
    if (deploy.slow > 0) {
      deploy.slow -= 1;
      return;
    }
    if (missing(deploy).length > 0) deploy.state = deploy.received.size > 0 ? 'uploading' : 'prepared';
    else {
      deploy.state = 'ready';
      publish(deploy);
    }
  };
  const siteJson = ({ id, name, published }: FakeSite): unknown => {
    const deploy = deploys.get(published ?? '');
    return {
      id,
      name,
      url: `http://${name}.netlify.app`,
      ssl_url: `https://${name}.netlify.app`,
      published_deploy: deploy === undefined ? null : deployJson(deploy),
    };
  };
  const deployJson = (deploy: FakeDeploy): unknown => ({
    id: deploy.id,
    site_id: deploy.site,
    state: deploy.state,
    required: deploy.state === 'preparing' ? [] : missing(deploy),
    title: deploy.title,
    created_at: new Date(deploy.created).toISOString(),
    draft: deploy.draft,
    context: deploy.draft ? 'deploy-preview' : 'production',
    locked: deploy.locked,
    error_message: deploy.state === 'error' ? 'Canceled' : null,
    deploy_ssl_url: `https://${deploy.id}--${sites.get(deploy.site)?.name}.netlify.app`,
  });
  const of = (site: string): FakeDeploy[] => [...deploys.values()].filter((deploy) => deploy.site === site);

  const answer = async (method: string, url: URL, body: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const [, , , kind, id = '', part, deployId = '', last] = url.pathname.split('/');
    const json = (): Record<string, unknown> => JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    const route = `${method} ${kind}${part === undefined ? (id === '' ? '' : '/:id') : `/:id/${part}`}${deployId === '' ? '' : '/:id'}${last ?? ''}`;
    const site = sites.get(id);
    const deploy = deploys.get(kind === 'deploys' ? id : deployId);
    switch (route) {
      case 'GET user':
        return Response.json({ full_name: 'Fake Person', email: 'fake@example.com' });
      case 'GET accounts':
        return Response.json([{ name: 'Fake team', slug: 'fake' }]);
      case 'GET sites': {
        const name = url.searchParams.get('name');
        return Response.json([...sites.values()].filter((one) => name === null || one.name === name).map(siteJson));
      }
      case 'POST sites': {
        const name = String(json().name);
        if (taken.includes(name) || [...sites.values()].some((one) => one.name === name))
          return Response.json({ errors: { subdomain: ['must be unique'] } }, { status: 422 });
        const made = { id: newId(), name, published: null };
        sites.set(made.id, made);
        return Response.json(siteJson(made), { status: 201 });
      }
    }
    if (kind === 'sites' && site === undefined) return Response.json({ code: 404, message: 'Not Found' }, { status: 404 });
    if (site !== undefined) {
      if (route === 'GET sites/:id') return Response.json(siteJson(site));
      if (route === 'GET sites/:id/deploys') return Response.json(of(site.id).map(deployJson));
      if (route === 'POST sites/:id/deploys') {
        const made: FakeDeploy = {
          id: newId(),
          site: site.id,
          title: url.searchParams.get('title') ?? '',
          created: 1_790_000_000_000 + ids * 1000,
          draft: json().draft === true,
          state: 'new',
          files: {},
          wanted: new Set(),
          received: new Set(),
          slow,
          locked: false,
        };
        deploys.set(made.id, made);
        return Response.json(deployJson(made));
      }
    }
    if (deploy === undefined) return Response.json({ code: 404, message: 'Not Found' }, { status: 404 });
    if (route === 'GET sites/:id/deploys/:id') {
      goOn(deploy);
      return Response.json(deployJson(deploy));
    }
    if (route === 'PUT sites/:id/deploys/:id') {
      deploy.files = json().files as Record<string, string>;
      deploy.wanted = new Set(Object.entries(deploy.files).flatMap(([path, sha]) => (blobs.has(sha) ? [] : [path])));
      deploy.state = 'preparing';
      if (json().async !== true) deploy.slow = 0;
      goOn(deploy);
      return Response.json(deployJson(deploy));
    }
    if (route === 'POST sites/:id/deploys/:idrestore') {
      const siteOfDeploy = sites.get(deploy.site);
      if (siteOfDeploy) siteOfDeploy.published = deploy.id;
      return Response.json(deployJson(deploy), { status: 201 });
    }
    if (method === 'PUT' && kind === 'deploys' && part === 'files') {
      const path = decodeURIComponent(url.pathname.split('/').slice(6).join('/'));
      const sha = await hexDigest('SHA-1', body);
      if (deploy.files[path] !== sha) return Response.json({ code: 422, message: `No such file: ${path}` }, { status: 422 });
      blobs.add(sha);
      deploy.received.add(path);
      if (deploy.state !== 'error') deploy.state = missing(deploy).length > 0 ? 'uploading' : 'uploaded';
      deploy.slow = deploy.state === 'uploaded' ? slow : 0;
      if (slow === 0) goOn(deploy);
      return Response.json({ path, sha, size: body.length });
    }
    if (method === 'POST' && kind === 'deploys' && part === 'cancel') {
      if (deploy.state !== 'ready') deploy.state = 'error';
      return Response.json(deployJson(deploy), { status: 201 });
    }
    if (method === 'POST' && kind === 'deploys' && (part === 'lock' || part === 'unlock')) {
      deploy.locked = part === 'lock';
      return Response.json(deployJson(deploy));
    }
    return Response.json({ code: 404, message: `No such call: ${route}` }, { status: 404 });
  };

  return {
    requests,
    live: (id) => deploys.get(sites.get(id)?.published ?? '')?.files ?? {},
    at(hostname) {
      const [, id, name = hostname.split('.')[0]] = /^([0-9a-f]{24})--([^.]+)\./.exec(hostname) ?? [];
      const site = [...sites.values()].find((one) => one.name === name);
      return deploys.get(id ?? site?.published ?? '')?.files ?? {};
    },
    states: () => Object.fromEntries([...deploys.values()].map(({ id, state }) => [id, state])),
    async fetch(input, init) {
      const request = new Request(input, init);
      const url = new URL(request.url);
      requests.push(`${request.method} ${url.pathname}`);
      if (request.headers.get('authorization') !== `Bearer ${token}`)
        return Response.json({ code: 401, message: 'Access Denied' }, { status: 401 });
      return answer(request.method, url, new Uint8Array(await request.arrayBuffer()));
    },
  };
}
