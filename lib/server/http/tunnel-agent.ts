import { request } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** An https agent whose connections go through an HTTP proxy's CONNECT tunnel (RFC 9110 §9.3.6). */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: { host?: string | null; port?: string | number | null; servername?: string } & AgentOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    const { username, password } = this.#proxy;
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const tunnel = request({
      host: this.#proxy.hostname,
      port: this.#proxy.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${credentials}` }) },
      agent: false,
    });
    const fail = (error: Error) => callback?.(error, undefined as never);
    tunnel.on('error', fail);
    tunnel.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        fail(new Error(`The proxy ${this.#proxy.host} refused a tunnel to ${target} with status ${response.statusCode}.`));
        return;
      }
      const servername = options.servername ?? options.host ?? '';
      callback?.(
        null,
        connect({
          ca: options.ca,
          cert: options.cert,
          key: options.key,
          rejectUnauthorized: options.rejectUnauthorized,
          socket,
          servername,
        }),
      );
    });
    tunnel.end();
    return undefined;
  }
}
