/** `internalBinding('wasm_web_api')`: the browser compiles streams itself; Node's library hands over its implementation, which is kept. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({ setImplementation: () => undefined });
