/** `internalBinding('constants')` (src/node_constants.cc): objects without a prototype, as guests see when they print them. */
import { revive } from '../dump.ts';
import type { Binding, CreateBinding } from '../environment.ts';

function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) bare(item);
  return Object.setPrototypeOf(value, null) as unknown;
}

export const create: CreateBinding = (environment) =>
  Object.fromEntries(
    Object.entries(environment.dumps['constants'] ?? {}).map(([name, value]) => [name, bare(revive(value, `constants.${name}`))]),
  ) as Binding;
