import type { DeployAdapter } from '../adapter.ts';
import { createProviderClient } from '../provider-client.ts';
import { PROVIDER_NAMES } from '../provider-id.ts';
import { netlifyAdapter } from './netlify.ts';

export interface EdgeOptions {
  /** Origin of the server that is the edge; empty: the page's own. */
  readonly base: string;
  /** The project's deploy key: whoever has it may write its site. */
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Our own server as a provider: Netlify's protocol, with a deploy key in the place of an account. */
export function createEdgeAdapter({ base, key, fetch, wait }: EdgeOptions): DeployAdapter {
  const name = PROVIDER_NAMES.edge;
  const client = createProviderClient({ name, base: `${base}/api/v1`, token: key, fetch, ...(wait !== undefined && { wait }) });
  return netlifyAdapter(client, { name, accounts: false });
}
