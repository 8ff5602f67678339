/** `internalBinding('symbols')`: the per-isolate symbols, shared by all bindings (src/env_properties.h). */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = (environment) => ({ ...environment.symbols });
