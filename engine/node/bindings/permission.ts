/** `internalBinding('permission')`: the permission model is off. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({ has: () => true });
