/** The browser's globals for scripts that are loaded later. The bundler puts these in place of every free use of the names (esbuild's `inject`). */
import { scriptHost } from './script-host.ts';

export const { TextDecoder, TextEncoder, atob, btoa, crypto } = scriptHost().globals;
