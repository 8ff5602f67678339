// Checks that imports point down: the table of docs/architecture.md, "The house", for every relative import (types included).
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ALL_BELOW_KERNEL = [
  'engine/fs',
  'engine/system',
  'engine/protocol',
  'engine/node',
  'engine/shell',
  'engine/install',
  'engine/preview',
];

/** Folder → the folders that it may import besides itself. @type {Readonly<Record<string, readonly string[]>>} */
export const LAYERS = {
  app: ['components', 'lib', 'templates'],
  components: ['lib'],
  lib: ['templates'],
  'engine/fs': [],
  'engine/system': ['engine/fs'],
  'engine/protocol': ['engine/fs'],
  'engine/node': ['engine/system', 'engine/fs'],
  'engine/shell': ['engine/system', 'engine/fs'],
  'engine/install': ['engine/system', 'engine/fs'],
  'engine/preview': ['engine/protocol'],
  'engine/kernel': ALL_BELOW_KERNEL,
  'engine/host': [...ALL_BELOW_KERNEL, 'engine/kernel'],
  templates: [],
};

/** @param {string} path relative to the root, with slashes */
export function layerOf(path) {
  return Object.keys(LAYERS).find((folder) => path.startsWith(`${folder}/`));
}

/**
 * @param {string} importer relative to the root
 * @param {string} imported relative to the root
 * @returns {string | undefined} what is wrong with it
 */
export function layerProblem(importer, imported) {
  const from = layerOf(importer);
  // Tests of a layer may use what whole-product tests use.
  if (from === undefined || (/\.test\.tsx?$/.test(importer) && imported.startsWith('e2e/support/'))) return undefined;
  const to = layerOf(imported);
  // Files that a build step extracts belong to nobody.
  if (imported.startsWith('generated/')) return undefined;
  if (to === from || (to !== undefined && LAYERS[from]?.includes(to))) return undefined;
  return `${importer}: ${from} may not import ${imported}`;
}

/** @param {string} source @returns {string[]} specifiers of relative imports and exports, also dynamic ones and import types */
export function relativeImports(source) {
  return [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(["'])(\.{1,2}\/[^"']+)\1/g)].map((match) => match[2] ?? '');
}

/** @param {string} folder @returns {string[]} */
function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path);
    return /\.(?:ts|tsx|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** @param {string} root @returns {string[]} problems, sorted */
export function checkLayers(root) {
  const problems = [];
  for (const folder of ['app', 'components', 'lib', 'engine']) {
    if (!existsSync(join(root, folder)) || !statSync(join(root, folder)).isDirectory()) continue;
    for (const file of sourceFiles(join(root, folder))) {
      const importer = relative(root, file).replaceAll('\\', '/');
      for (const specifier of relativeImports(readFileSync(file, 'utf8'))) {
        const imported = relative(root, join(dirname(file), specifier)).replaceAll('\\', '/');
        const problem = layerProblem(importer, imported);
        if (problem !== undefined) problems.push(problem);
      }
    }
  }
  return problems.sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkLayers(join(dirname(fileURLToPath(import.meta.url)), '..'));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'Imports point down.' : `${problems.length} imports do not point down.`);
  if (problems.length > 0) process.exitCode = 1;
}
