/** `internalBinding('uv')`: error names and numbers of libuv on Linux (src/uv.cc). */
import type { CreateBinding } from '../environment.ts';
import type { UvErrorMap } from '../uv-errors.ts';

export const createUvBinding =
  (map: UvErrorMap): CreateBinding =>
  () => ({
    errname: (errno: number) => map.get(errno)?.[0] ?? `Unknown system error ${errno}`,
    // A fresh map each time, as natively: the caller owns it.
    getErrorMap: () => new Map([...map].map(([errno, entry]) => [errno, [...entry]])),
    getErrorMessage: (errno: number) => map.get(errno)?.[1] ?? `Unknown system error ${errno}`,
  });
