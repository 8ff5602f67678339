/** @typedef {import('./cases.mjs').Machine} Machine */

export const nothing = async () => {};

/** @param {string} source @returns {import('./native.mjs').Tree} */
export const scriptTree = (source) => ({ 'bench.cjs': { file: { contents: source } } });

/** Runs the mounted script, whose last line of output is JSON: metric → milliseconds. @param {Machine} machine */
export async function measureScript(machine) {
  const { output } = await machine.run('node', ['bench.cjs']);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}
