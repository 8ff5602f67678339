import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
export const createSession = (primitives: TlsPrimitives) => primitives;
