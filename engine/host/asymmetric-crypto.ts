/** Entry point of the script with the asymmetric part of crypto, which workers load when it is first used. */
import * as asymmetric from '../node/crypto/asymmetric.ts';
import { SCRIPT_EXPORTS } from './script-exports.ts';

(globalThis as unknown as Record<string, (exports: unknown) => void>)[SCRIPT_EXPORTS]?.(asymmetric);
