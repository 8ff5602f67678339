/** `internalBinding('config')` (src/node_config.cc): how Node was built, from the dump, and the locale. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  getDefaultLocale: () => new Intl.DateTimeFormat().resolvedOptions().locale,
});
