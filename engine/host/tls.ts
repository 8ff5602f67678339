/** Entry point of the script with TLS, which workers load when it is first used. */
import * as tls from '../node/tls/tls.ts';
import { scriptHost } from './script-host.ts';

scriptHost().exports(tls);
