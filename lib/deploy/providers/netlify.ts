import type { Account, DeployAdapter, DeployResult, Site, SiteFile } from '../adapter.ts';
import { cancelled, DeployError } from '../deploy-error.ts';
import { amountOfFiles } from '../history.ts';
import { createProviderClient, type ProviderClient, type ProviderClientOptions, type ProviderRequest } from '../provider-client.ts';
import { fieldsOf, listOf, pastDeploy, readDeploy, readSite, type RemoteDeploy } from './netlify-shapes.ts';
import { progressReporter, Transfer, type Waiting } from './netlify-transfer.ts';

/**
 * Netlify's deploy API (`@netlify/open-api`; the calls are those of its own command-line client): create a deploy, hand in the SHA-1 of every path, send
 * the files that are asked for, wait until it is ready. Nothing of a deploy is visible before all its files are there.
 */
export interface NetlifyOptions extends Omit<ProviderClientOptions, 'name' | 'base'> {
  readonly name?: string;
  /** Origin and path before `/api/v1`. */
  readonly base: string;
}

const NAME_SUFFIX = 6;

export function createNetlifyAdapter({ name = 'Netlify', base, ...rest }: NetlifyOptions): DeployAdapter {
  const client = createProviderClient({ name, base: `${base}/api/v1`, ...rest });
  return netlifyAdapter(client, { name, accounts: true });
}

/** @param accounts whether the provider knows who its users are */
export function netlifyAdapter(client: ProviderClient, { name, accounts }: { name: string; accounts: boolean }): DeployAdapter {
  /** Asks about a site as a whole: where nothing is found, the site is gone. */
  const askOfSite = async (request: ProviderRequest): Promise<unknown> => {
    try {
      return await client.ask(request);
    } catch (error) {
      if (!(error instanceof DeployError) || error.code !== 'not-found') throw error;
      const { said, status } = error;
      throw new DeployError('site-gone', error.message, { said: said ?? undefined, status: status ?? undefined, cause: error });
    }
  };

  const getSite = async (id: string, signal?: AbortSignal): Promise<Site> =>
    readSite(await askOfSite({ method: 'GET', path: `/sites/${encodeURIComponent(id)}`, action: 'show the site', signal }));

  const listSites = async (signal?: AbortSignal, filter: Readonly<Record<string, string>> = {}): Promise<readonly Site[]> => {
    const query = { per_page: '100', ...filter };
    return listOf(await client.ask({ method: 'GET', path: '/sites', query, action: 'list your sites', signal }), 'sites').map(readSite);
  };

  const createSite = async (wanted: string, signal: AbortSignal, onWaiting: Waiting): Promise<Site> => {
    let tries = 0;
    for (let label = wanted; ; label = `${wanted}-${randomSuffix()}`) {
      tries += 1;
      let repeated = false;
      const noteRepeat = (reason: string | null): void => {
        repeated = true;
        onWaiting(reason);
      };
      try {
        const action = 'make a site';
        return readSite(
          await client.ask({ method: 'POST', path: '/sites', body: { json: { name: label } }, action, signal, onWaiting: noteRepeat }),
        );
      } catch (error) {
        // Either somebody has the name, or our first request arrived and only its answer was lost.
        if (!(error instanceof DeployError) || error.status !== 422 || tries > 5) throw error;
        const own = repeated ? (await listSites(signal, { name: label })).find((site) => site.name === label) : undefined;
        if (own !== undefined) return own;
      }
    }
  };

  return {
    async deploy(files, options) {
      const { signal, draft, message } = options;
      const report = progressReporter(files, options);
      report({ phase: 'preparing' });
      const site = options.site === null ? await createSite(options.name, signal, report.waiting) : await getSite(options.site, signal);
      if (options.site === null) await options.onSite?.(site);
      if (!draft && site.locked) throw new DeployError('locked', `${site.name} is locked at the deploy that it shows.`);
      const created = readDeploy(
        await askOfSite({
          method: 'POST',
          path: `/sites/${encodeURIComponent(site.id)}/deploys`,
          query: { title: message },
          body: { json: { draft } },
          action: 'begin a deploy',
          signal,
          onWaiting: report.waiting,
        }),
      );
      const transfer = new Transfer({ client, name, site, files, options, report }, created);
      try {
        const deploy = await transfer.run();
        return result(site, deploy, transfer, files);
      } catch (error) {
        const published = await transfer.giveUp();
        if (published !== null) return result(site, published, transfer, files);
        throw signal.aborted ? cancelled() : error;
      }
    },
    async deploys(siteId, signal) {
      const path = `/sites/${encodeURIComponent(siteId)}/deploys`;
      const [site, list] = await Promise.all([
        getSite(siteId, signal),
        askOfSite({ method: 'GET', path, query: { per_page: '50' }, action: 'list the deploys', signal }),
      ]);
      return listOf(list, 'deploys')
        .map(readDeploy)
        .filter(({ state, url }) => state === 'ready' && url !== '')
        .map((deploy) => pastDeploy(deploy, site.published))
        .sort((a, b) => b.created - a.created);
    },
    async rollback(siteId, deployId, signal) {
      const site = await getSite(siteId, signal);
      if (site.published === deployId) return;
      if (site.locked) throw new DeployError('locked', `${site.name} is locked at the deploy that it shows.`);
      const path = `/sites/${encodeURIComponent(siteId)}/deploys/${encodeURIComponent(deployId)}/restore`;
      await client.ask({ method: 'POST', path, action: 'roll back', signal });
    },
    async setLock(siteId, locked, signal) {
      const { published } = await getSite(siteId, signal);
      if (published === null) throw new DeployError('not-found', 'The site shows no deploy yet that could be locked.');
      const path = `/deploys/${encodeURIComponent(published)}/${locked ? 'lock' : 'unlock'}`;
      await client.ask({ method: 'POST', path, action: locked ? 'lock the site' : 'unlock the site', signal });
    },
    site: getSite,
    sites: (signal) => listSites(signal),
    account: async (signal) => (accounts ? readAccount(client, signal) : null),
  };
}

function result(site: Site, deploy: RemoteDeploy, { uploaded }: Transfer, files: readonly SiteFile[]): DeployResult {
  const all = amountOfFiles(files);
  return {
    siteId: site.id,
    deployId: deploy.id,
    url: site.url,
    previewUrl: deploy.url,
    uploaded,
    skipped: { files: all.files - uploaded.files, bytes: all.bytes - uploaded.bytes },
  };
}

async function readAccount(client: ProviderClient, signal?: AbortSignal): Promise<Account> {
  const [user, teams] = await Promise.all([
    client.ask({ method: 'GET', path: '/user', action: 'say whose token it is', signal }),
    client.ask({ method: 'GET', path: '/accounts', action: 'list the token’s teams', signal }),
  ]);
  const { full_name: fullName, email } = fieldsOf(user, 'user');
  const words = [fullName, email].filter((word) => typeof word === 'string' && word !== '');
  const names = listOf(teams, 'teams').map((team) => fieldsOf(team, 'team').name);
  return { name: words.join(', ') || 'an account without a name', teams: names.filter((team) => typeof team === 'string') };
}

function randomSuffix(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(NAME_SUFFIX)), (byte) => (byte % 36).toString(36)).join('');
}
