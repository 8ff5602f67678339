/** Whether a script has to be parsed and rewritten: `import(…)`, `await`, or an `eval` that may be given such. All others run as they are. */
const DYNAMIC_IMPORT = /\bimport\s*(?:\/\*[^]*?\*\/\s*|\/\/.*\n\s*)*[(.]/;
/** A direct one. */
const EVAL = /(?<![.\w$])eval\s*\(/;
const AWAIT = /\bawait\b/;

export function needsTransform(source: string): boolean {
  return (
    (source.includes('import') && DYNAMIC_IMPORT.test(source)) ||
    (source.includes('async') && AWAIT.test(source)) ||
    (source.includes('eval') && EVAL.test(source))
  );
}

/** Whether a text that `eval` is given may need the host's hooks; `import.meta` is refused there. */
export function evaluatesHooks(text: string): boolean {
  return needsTransform(text.replaceAll(/\bimport\s*\.\s*meta\b/g, ''));
}
