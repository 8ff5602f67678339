/** `internalBinding('url_pattern')` (src/node_url_pattern.cc): the browser's URLPattern, where it has one, with Node's errors. */
import type { Binding, CreateBinding } from '../environment.ts';

type Constructor = new (...args: unknown[]) => { exec(...args: unknown[]): object | null };

export const create: CreateBinding = ({ host, codedError }): Binding => {
  const Native = host.URLPattern as Constructor | undefined;
  if (Native === undefined) return {};

  class Pattern extends Native {
    constructor(...args: unknown[]) {
      const [input] = args;
      if (input !== undefined && typeof input !== 'string' && (typeof input !== 'object' || input === null))
        throw codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'Input must be an object or a string');
      try {
        super(...args);
      } catch {
        throw codedError('TypeError', 'ERR_INVALID_URL_PATTERN', 'Failed to construct URLPattern');
      }
    }

    override exec(...args: unknown[]): object | null {
      const result = super.exec(...args);
      return result === null ? null : (Object.setPrototypeOf(result, null) as object);
    }
  }

  const URLPattern = new Proxy(Pattern, {
    apply: () => {
      throw codedError('TypeError', 'ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
    },
  });
  Object.defineProperty(Pattern, 'name', { value: 'URLPattern' });
  Object.defineProperty(Pattern.prototype, 'constructor', { value: URLPattern });
  return { URLPattern };
};
