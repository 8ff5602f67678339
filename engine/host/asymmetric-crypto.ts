/** Entry point of the script with the asymmetric part of crypto, which workers load when it is first used. */
import * as asymmetric from '../node/crypto/asymmetric.ts';
import { scriptHost } from './script-host.ts';

scriptHost().exports(asymmetric);
