/** `internalBinding('stream_wrap')` (src/stream_wrap.cc). */
import type { CreateBinding } from '../environment.ts';
import { requestClass, streamState } from '../net/stream.ts';

export const create: CreateBinding = (environment) => ({
  streamBaseState: streamState(environment),
  WriteWrap: requestClass(environment, 'WriteWrap', 'WRITEWRAP', true),
  ShutdownWrap: requestClass(environment, 'ShutdownWrap', 'SHUTDOWNWRAP', true),
});
