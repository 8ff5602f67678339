import type { IncomingMessage, ServerResponse } from 'node:http';
import { classifyHost, type HostKind } from '../../origins.ts';
import { EdgeCalls, type EdgeRates } from './edge-calls.ts';
import { openEdge, type Edge, type EdgeOptions } from './edge.ts';
import { serveSite, siteResponse } from './sites/serve.ts';
import { SiteServer } from './sites/site-server.ts';

export interface EdgeApiOptions extends EdgeOptions {
  readonly rates?: EdgeRates;
  /** Origin whose pages may read deployed sites; none when it is left out. */
  readonly readableBy?: string;
}

/** Deployed sites and the API that deploys them. */
export interface EdgeApi {
  /** Answers the API below `/api/v1/` under any name, and the pages of deployed sites under their own. */
  handle(request: Request): Promise<Response>;
  /** Answers for the host of a deployed site. */
  serve(request: IncomingMessage, response: ServerResponse, host: Extract<HostKind, { kind: 'edge' }>): Promise<void> | void;
  readonly edge: Edge;
}

export function createEdgeApi(options: EdgeApiOptions): EdgeApi {
  const { base, rates, storage, readableBy = null } = options;
  const edge = openEdge(options);
  const calls = new EdgeCalls({ edge, base, ...(rates !== undefined && { rates }) });
  const sites = new SiteServer({ edge, base, readableBy });
  return {
    edge,
    async handle(request) {
      const host = classifyHost(new URL(request.url).host, base);
      return host.kind === 'edge' ? siteResponse(sites, storage.blobs, host, request) : calls.handle(request);
    },
    serve: (request, response, host) => serveSite(sites, storage.blobs, host, request, response),
  };
}
