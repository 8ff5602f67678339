import { afterAll } from 'vitest';
import { createEdgeApi } from '../server/edge/edge-api.ts';
import { BASE as EDGE, NO_RATES, temporaryStorage } from '../server/edge/testing/edge-client.ts';
import { contractTable, describeDeployAdapter, shortWait, type ProviderUnderTest } from './contract.ts';
import { createEdgeAdapter } from './providers/edge.ts';
import { createNetlifyAdapter } from './providers/netlify.ts';
import { createFakeNetlify, type FakeNetlifyOptions } from './testing/fake-netlify.ts';

const BASE = 'https://api.netlify.test';

const netlify = (options: FakeNetlifyOptions) => async (): Promise<ProviderUnderTest> => {
  const fake = createFakeNetlify(options);
  return {
    fetch: fake.fetch,
    adapter: (fetch) => createNetlifyAdapter({ base: BASE, token: 'fake-token', fetch, wait: shortWait }),
    stranger: (fetch) => createNetlifyAdapter({ base: BASE, token: 'stolen', fetch, wait: shortWait }),
    live: async (site) => fake.live(site),
    unfinished: async () => Object.values(fake.states()).filter((state) => !['new', 'ready', 'error'].includes(state)).length,
  };
};

describeDeployAdapter('netlify', netlify({}));
describeDeployAdapter('netlify, slow', netlify({ slow: 2 }));
describeDeployAdapter('netlify, each path', netlify({ everyPath: true }));

/** The server's own edge on an empty disk, asked past the adapter with plain calls of its API. */
describeDeployAdapter('edge', async () => {
  const api = createEdgeApi({ storage: temporaryStorage(), base: EDGE, rates: NO_RATES });
  const fetch: typeof globalThis.fetch = (input, init) => api.handle(new Request(input, init));
  const key = 'k'.repeat(43);
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${EDGE.origin}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
    return response.json();
  };
  return {
    fetch,
    adapter: (given) => createEdgeAdapter({ base: EDGE.origin, key, fetch: given, wait: shortWait }),
    stranger: (given) => createEdgeAdapter({ base: EDGE.origin, key: 's'.repeat(43), fetch: given, wait: shortWait }),
    async live(site) {
      const { published_deploy: deploy } = (await ask(`/sites/${site}`)) as { published_deploy: { id: string } };
      const files = (await ask(`/sites/${site}/deploys/${deploy.id}/files`)) as { path: string; sha: string }[];
      return Object.fromEntries(files.map(({ path, sha }) => [path.replace(/^\//, ''), sha]));
    },
    async unfinished(site) {
      const deploys = (await ask(`/sites/${site}/deploys?per_page=100`)) as { state: string }[];
      return deploys.filter(({ state }) => !['new', 'ready', 'error'].includes(state)).length;
    },
  };
});

afterAll(() => console.log(`\n${contractTable()}\n`));
