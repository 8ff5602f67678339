import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { TunnelAgent } from '../http/tunnel-agent.ts';
import { requestUpstream, type UpstreamResponse } from '../http/upstream.ts';
import type { RegistryConfig } from './npm-config.ts';
import { foreignTarball, unreachable } from './problems.ts';

const MOST_REDIRECTS = 5;
const MOST_SOCKETS = 32;

/** Asks the configured registries, with their credentials, and nobody else: a redirect to another host is refused. */
export class RegistryClient {
  readonly #config: RegistryConfig;
  readonly #idleTimeout: number;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #tunnel: HttpsAgent | undefined;

  constructor(config: RegistryConfig, idleTimeout: number) {
    this.#config = config;
    this.#idleTimeout = idleTimeout;
    const options = {
      keepAlive: true,
      maxSockets: MOST_SOCKETS,
      rejectUnauthorized: config.strictSsl,
      ...(config.certificates.length === 0 ? {} : { ca: [...rootCertificates, ...config.certificates] }),
      ...config.client,
    };
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: MOST_SOCKETS });
    this.#https = new HttpsAgent(options);
    this.#tunnel = config.httpsProxy === undefined ? undefined : new TunnelAgent(new URL(config.httpsProxy), options);
  }

  /** @throws {ProblemError} REGISTRY_UNREACHABLE, REGISTRY_FOREIGN_HOST. Any status is an answer. */
  async get(url: URL, packageName: string, headers: Readonly<Record<string, string>>): Promise<UpstreamResponse> {
    const registry = this.#config.registryOf(packageName);
    const { origin } = new URL(registry.url);
    let target = url;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      if (target.origin !== origin) throw foreignTarball(packageName, target.host);
      const authorization = registry.authorization === undefined ? {} : { authorization: registry.authorization };
      const response = await this.#request(target, { ...headers, ...authorization }).catch((error: unknown) => {
        throw unreachable(packageName, error);
      });
      const { location } = response.headers;
      if (response.status < 300 || response.status > 399 || response.status === 304 || location === undefined) return response;
      response.body.resume();
      target = new URL(location, target);
    }
    throw unreachable(packageName, new Error(`More than ${MOST_REDIRECTS} redirects.`));
  }

  #request(url: URL, headers: Readonly<Record<string, string>>): Promise<UpstreamResponse> {
    const { httpProxy } = this.#config;
    const direct = this.#config.noProxy.some((suffix) => url.hostname === suffix || url.hostname.endsWith(`.${suffix.replace(/^\./, '')}`));
    if (url.protocol === 'https:') {
      return requestUpstream({ url, headers, agent: direct ? this.#https : (this.#tunnel ?? this.#https), idleTimeout: this.#idleTimeout });
    }
    if (httpProxy !== undefined && !direct) {
      throw new Error('A registry over plain http behind a proxy is not supported; use https.');
    }
    return requestUpstream({ url, headers, agent: this.#http, idleTimeout: this.#idleTimeout });
  }
}
