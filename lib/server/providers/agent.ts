import { Agent } from 'node:https';
import { TunnelAgent } from '../http/tunnel-agent.ts';

/** The agent for requests to providers: through the proxy that HTTPS_PROXY names, when there is one. */
export function providerAgent(environment: Readonly<Record<string, string | undefined>>): Agent {
  const proxy = environment['HTTPS_PROXY'] || environment['https_proxy'];
  const options = { keepAlive: true, maxSockets: 32 };
  return proxy === undefined || proxy === '' ? new Agent(options) : new TunnelAgent(new URL(proxy), options);
}
