/** What is changed in Node's library once a builtin has been loaded: the ways out of the page. */
import type { Callable, Environment } from '../environment.ts';
import { routeAgent } from './agent.ts';
import { routeFetch } from './dispatcher.ts';
import { routeTls } from './tls.ts';

type AfterLoad = (environment: Environment, exports: never) => void;

const HOOKS: Readonly<Record<string, AfterLoad>> = {
  _http_agent: (environment, { Agent }: { Agent: { prototype: { createConnection: Callable } } }) =>
    routeAgent(environment, Agent.prototype, 'http'),
  https: (environment, { Agent }: { Agent: { prototype: { createConnection: Callable } } }) =>
    routeAgent(environment, Agent.prototype, 'https'),
  'internal/tls/wrap': (environment, exports: Parameters<typeof routeTls>[1]) => routeTls(environment, exports),
  'internal/deps/undici/undici': (environment, undici: Parameters<typeof routeFetch>[1]) => routeFetch(environment, undici),
};

/** A builtin's function with what follows its evaluation. */
export function withAfterLoad(environment: Environment, id: string, compiled: Callable): Callable {
  const hook = HOOKS[id];
  if (hook === undefined) return compiled;
  return function (this: unknown, ...args: unknown[]) {
    const result = compiled.apply(this, args);
    hook(environment, (args[2] as { exports: never }).exports);
    return result;
  };
}
