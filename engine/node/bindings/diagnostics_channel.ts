/** `internalBinding('diagnostics_channel')`: channels that C++ publishes to; our bindings publish to none. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({ linkNativeChannel: () => undefined, subscribers: new Uint32Array(1024) });
