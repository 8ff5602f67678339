/** `legacyMainResolve` (BindingData::LegacyMainResolve in src/node_file.cc): which of the old main candidates of a package exists. */
import type { Environment } from '../environment.ts';
import { normalise } from './paths.ts';

const WITH_MAIN = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'];
const WITHOUT_MAIN = ['index.js', 'index.json', 'index.node'];

/** The host's: guests may replace the global. */
const HostURL = URL;

/** Index into the library's list of candidates: 0–6 for `main`, 7–9 for `index`. `base`: URL of the file that imports. */
export function legacyMainResolve(environment: Environment, directory: string, main: string | undefined, base: string | undefined): number {
  const { files } = environment.system;
  const isFile = (path: string) => files.kind(path) === 0;
  const candidate = (name: string) => (name.startsWith('/') ? normalise(name) : normalise(`${directory}/${name}`));
  if (typeof main === 'string') {
    const found = WITH_MAIN.findIndex((suffix) => isFile(candidate(`${main}${suffix}`)));
    if (found >= 0) return found;
  }
  const found = WITHOUT_MAIN.findIndex((name) => isFile(candidate(name)));
  if (found >= 0) return WITH_MAIN.length + found;
  const first = candidate(typeof main === 'string' ? main : 'index.js');
  throw environment.codedError(
    'Error',
    'ERR_MODULE_NOT_FOUND',
    `Cannot find package '${first}' imported from ${pathOf(environment, base)}`,
  );
}

function pathOf(environment: Environment, base: unknown): string {
  if (typeof base !== 'string')
    throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', 'The "base" argument must be of type string or an instance of URL.');
  if (!HostURL.canParse(base)) throw environment.codedError('TypeError', 'ERR_INVALID_URL', 'Invalid URL');
  const { protocol, pathname } = new HostURL(base);
  if (protocol !== 'file:') throw environment.codedError('TypeError', 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file:');
  return decodeURIComponent(pathname);
}
