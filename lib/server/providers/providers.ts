/** The providers that the proxy asks, and what it asks of them: nothing else of their API is within reach of a page. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Of the whole path, escaped. */
  readonly path: RegExp;
  readonly body: 'none' | 'json' | 'file';
}

export interface Provider {
  readonly name: string;
  readonly origin: string;
  readonly calls: readonly Call[];
  /** Query parameters that are passed on. */
  readonly query: ReadonlySet<string>;
  /** Hosts that the provider serves sites from, for the check after publishing. */
  readonly sites: RegExp;
}

const ID = '[\\w.-]+';
const call = (method: Call['method'], path: string, body: Call['body'] = 'none'): Call => ({
  method,
  path: new RegExp(`^/api/v1${path}$`),
  body,
});

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  netlify: {
    name: 'Netlify',
    origin: 'https://api.netlify.com',
    calls: [
      call('GET', '/user'),
      call('GET', '/accounts'),
      call('GET', '/sites'),
      call('POST', '/sites', 'json'),
      call('GET', `/sites/${ID}`),
      call('GET', `/sites/${ID}/deploys`),
      call('POST', `/sites/${ID}/deploys`, 'json'),
      call('GET', `/sites/${ID}/deploys/${ID}`),
      call('PUT', `/sites/${ID}/deploys/${ID}`, 'json'),
      call('POST', `/sites/${ID}/deploys/${ID}/restore`),
      call('POST', `/deploys/${ID}/(?:lock|unlock|cancel)`),
      call('PUT', `/deploys/${ID}/files/.+`, 'file'),
    ],
    query: new Set(['name', 'page', 'per_page', 'title']),
    sites: /^[a-z0-9-]+\.netlify\.app$/,
  },
};
