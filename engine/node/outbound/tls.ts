/** `tls.connect` to hosts outside the page: there are no sockets to them, and the error says what there is instead (docs/decisions/0013). */
import type { Callable, Environment } from '../environment.ts';
import { isInside } from './inside.ts';

const ENETUNREACH = -101;

interface Target {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly socket?: unknown;
  readonly lookup?: unknown;
}

/** As `normalizeConnectArgs` reads them: options, or port, host and options. */
function targetOf([first, second, third]: readonly unknown[]): Target {
  if (typeof first === 'object' && first !== null) return first;
  const given = [second, third].find((each) => typeof each === 'object' && each !== null) as Target | undefined;
  return { port: first, ...(typeof second === 'string' ? { host: second } : {}), ...given };
}

export function routeTls(environment: Environment, exports: { connect: Callable }): void {
  const { connect } = exports;
  exports.connect = function (this: unknown, ...args: unknown[]): unknown {
    const { host, port, path, socket, lookup } = targetOf(args);
    const result = connect.apply(this, args);
    // A lookup of the guest's own may lead inside.
    const isOutside = typeof host === 'string' && !isInside(host) && path == null && socket == null && lookup == null;
    if (isOutside) (result as { destroy(error: Error): void }).destroy(unreachable(environment, host, port));
    return result;
  };
}

function unreachable(environment: Environment, host: string, port: unknown): Error {
  const place = `${host}:${String(port ?? 443)}`;
  const text = `connect ENETUNREACH ${place} - a page has no TLS sockets to other hosts; https.request and fetch reach them through the browser`;
  return Object.assign(environment.codedError('Error', 'ENETUNREACH', text), { errno: ENETUNREACH, syscall: 'connect', host, port });
}
