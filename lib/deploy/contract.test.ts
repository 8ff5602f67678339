import { afterAll } from 'vitest';
import { contractTable, describeDeployAdapter, shortWait, type ProviderUnderTest } from './contract.ts';
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

afterAll(() => console.log(`\n${contractTable()}\n`));
