/** Entry of the script with TLS, which is loaded when it is first used: what the bindings `crypto` and `tls_wrap` take of it. */
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import { RootStore } from './root-store.ts';
import { SecureContext } from './secure-context.ts';
import { TlsWrap, type WrapOptions } from './tls-wrap.ts';
import { WRAP_METHODS } from './wrap-methods.ts';

export interface TlsHost {
  readonly primitives: TlsPrimitives;
  /** PEM of the certificates that Node brings along. */
  readonly bundledRoots: () => readonly string[];
  /** PEM of what NODE_EXTRA_CA_CERTS names. */
  readonly extraRoots: () => readonly string[];
}

export function create({ primitives, bundledRoots, extraRoots }: TlsHost) {
  const roots = new RootStore(primitives, bundledRoots, extraRoots);
  return {
    roots,
    SecureContext: class extends SecureContext {
      constructor() {
        super(primitives, roots);
      }
    },
    createWrap: (options: WrapOptions) => new TlsWrap(primitives, options),
    /** Calls one of TLSWrap's methods by its name. */
    invoke: (wrap: TlsWrap, method: string, args: readonly unknown[]): unknown =>
      (WRAP_METHODS[method] as (wrap: TlsWrap, ...args: readonly unknown[]) => unknown)(wrap, ...args),
  };
}

export type Tls = ReturnType<typeof create>;
