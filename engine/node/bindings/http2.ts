/** `internalBinding('http2')`: packages load http2 without using it. Sessions are not there yet and throw their name. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({ setCallbackFunctions: () => undefined });
