/** `internalBinding('constants')` (src/node_constants.cc): objects without a prototype, as guests see when they print them. */
import { revive } from '../dump.ts';
import type { Binding, CreateBinding } from '../environment.ts';

/** The constants themselves cannot be changed, the objects that group them can. */
function bare(group: unknown): unknown {
  if (typeof group !== 'object' || group === null) return group;
  for (const [name, value] of Object.entries(group)) {
    if (typeof value === 'object') bare(value);
    else Object.defineProperty(group, name, { writable: false, configurable: false });
  }
  return Object.setPrototypeOf(group, null) as unknown;
}

export const create: CreateBinding = (environment) =>
  Object.fromEntries(
    Object.entries(environment.dumps['constants'] ?? {}).map(([name, value]) => [name, bare(revive(value, `constants.${name}`))]),
  ) as Binding;
