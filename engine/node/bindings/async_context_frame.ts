/** `internalBinding('async_context_frame')` (src/async_context_frame.cc). */
import type { CreateBinding } from '../environment.ts';
import { loaderRuntime } from '../loader/runtime.ts';

export const create: CreateBinding = (environment) => {
  const { frames } = loaderRuntime(environment);
  return {
    getContinuationPreservedEmbedderData: () => frames.cur,
    setContinuationPreservedEmbedderData: (frame: unknown) => {
      if (frame !== undefined) frames.used = true;
      frames.cur = frame;
    },
  };
};
