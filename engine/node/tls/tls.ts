/** Entry of the script with TLS, which is loaded when it is first used: what the bindings `crypto` and `tls_wrap` take of it. */
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import { RootStore } from './root-store.ts';
import { SecureContext } from './secure-context.ts';
import { createSession } from './wrap-session.ts';

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
    createSession: createSession(primitives),
  };
}

export type Tls = ReturnType<typeof create>;
