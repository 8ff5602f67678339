/** `legacyMainResolve` (BindingData::LegacyMainResolve in src/node_file.cc): which of the old main candidates of a package exists. */
import type { Environment } from '../environment.ts';

const WITH_MAIN = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'];
const WITHOUT_MAIN = ['index.js', 'index.json', 'index.node'];

/** Index into the library's list of candidates: 0–6 for `main`, 7–9 for `index`. */
export function legacyMainResolve(
  environment: Environment,
  packagePath: string,
  main: string | undefined,
  base: string | undefined,
): number {
  const { files } = environment.system;
  const directory = packagePath.endsWith('/') ? packagePath : `${packagePath.replace(/[^/]*$/, '')}`;
  const isFile = (path: string) => files.kind(path) === 0;
  if (typeof main === 'string') {
    const found = WITH_MAIN.findIndex((suffix) => isFile(`${directory}${main}${suffix}`));
    if (found >= 0) return found;
  }
  const found = WITHOUT_MAIN.findIndex((name) => isFile(directory + name));
  if (found >= 0) return WITH_MAIN.length + found;
  const from = base === undefined ? '' : ` imported from ${base}`;
  throw environment.codedError('Error', 'ERR_MODULE_NOT_FOUND', `Cannot find package '${directory}'${from}`);
}
