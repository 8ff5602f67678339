import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Script
 * @property {string} name path below the folder
 * @property {string} module its first part
 * @property {string[]} command arguments of node
 * @property {string | null} input text for standard input
 */

/** @param {string} folder @returns {Script[]} */
export function collectScripts(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: module }) =>
      readdirSync(join(folder, module))
        .filter((file) => /\.(?:[cm]?js|ts|mts)$/.test(file))
        .map((file) => read(folder, module, `${module}/${file}`)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {string} folder @param {string} module @param {string} name @returns {Script} */
function read(folder, module, name) {
  const source = readFileSync(join(folder, name), 'utf8');
  const directive = (/** @type {string} */ key) => new RegExp(`^// ${key}: (.*)$`, 'm').exec(source)?.[1];
  const words = (/** @type {string | undefined} */ text) => (text === undefined ? [] : text.split(' ').filter((word) => word !== ''));
  const input = directive('input');
  const command = directive('command');
  return {
    name,
    module,
    // A whole command, as JSON, where the script is only a part of it.
    command: command === undefined ? [...words(directive('node')), name, ...words(directive('args'))] : JSON.parse(command),
    input: input === undefined ? null : JSON.parse(input),
  };
}
