/** `internalBinding('url_pattern')` (src/node_url_pattern.cc): the browser's URLPattern, where it has one. */
import type { Binding, CreateBinding } from '../environment.ts';

export const create: CreateBinding = ({ host }): Binding => (host.URLPattern === undefined ? {} : { URLPattern: host.URLPattern });
