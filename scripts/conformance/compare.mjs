/** @typedef {{ code: number | null, stdout: string, stderr: string }} Outcome */

/** What may differ between two runs of the same script: frames inside Node's library, process ids, durations. @param {string} text */
export function normalise(text) {
  return (
    text
      .replaceAll('\r', '')
      .split('\n')
      .filter((line) => !/^\s+at .*(?:node:|<anonymous>\)?$)/.test(line))
      .join('\n')
      // The brace before an error's properties stands behind its last frame, whoever's that is.
      .replace(/^(\s+at .*) \{$/gm, '$1')
      .replace(/ time="[\d.]+"/g, ' time="N"')
      .replace(/\(node:\d+(?:-\d+)?\)/g, '(node:PID)')
      .replace(/duration_ms:? [\d.]+/g, 'duration_ms N')
      .replace(/\(\d+(?:\.\d+)?ms\)/g, '(Nms)')
      .replace(/\b0x[0-9a-f]{8,16}\b/g, '0xADDRESS')
  );
}

/** What differs. @param {Outcome | undefined} native @param {Outcome | undefined} page @returns {string[]} */
export function compare(native, page) {
  if (native === undefined || page === undefined) return ['missing'];
  const differences = [];
  if (native.code === null || page.code === null) differences.push(native.code === null ? 'no end natively' : 'no end in the page');
  else if (native.code !== page.code) differences.push(`exit code ${page.code}, not ${native.code}`);
  for (const name of /** @type {const} */ (['stdout', 'stderr']))
    if (normalise(native[name]) !== normalise(page[name])) differences.push(name);
  return differences;
}
