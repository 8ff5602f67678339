/** SGR codes (ECMA-48, 8.3.117). The theme's bright black is its faintest text that can be read. */
const FAINT = '90';
const DEFAULT_COLOR = '39';

/** A colour with its parts: `38;5;n`, `48;2;r;g;b`; one with colons is a single part. Foreground, background, underline. */
const EXTENDED = new Set(['38', '48', '58']);
/** How many numbers follow, by the kind of the colour. */
const PARTS: Readonly<Record<string, number>> = { '2': 3, '5': 1 };

// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b(?:\[([\d;:]*)m|c|\[!p)/g;
// oxlint-disable-next-line no-control-regex
const UNFINISHED = /\u001b(?:\[[\d;:]{0,100})?$/;

/**
 * Rewrites a terminal's output so that nothing is dimmed: xterm.js draws dim text with half its opacity, which cannot be read in any theme with
 * 4.5:1. Dim text of the default colour gets the faint one; dim text of another colour keeps it. The function is for one terminal and is given
 * its output in order; a sequence that a piece of it cuts in two comes whole with the next.
 */
export function dimToColor(): (output: string) => string {
  let kept = '';
  let isDim = false;
  let isColored = false;

  const reset = (): void => {
    isDim = false;
    isColored = false;
  };

  const rewrite = (parameters: string): string => {
    const codes = parameters.split(';');
    const written: string[] = [];
    for (let at = 0; at < codes.length; at += 1) {
      const code = codes[at] ?? '';
      const [main = ''] = code.split(':');
      const before = isDim && !isColored;
      const first = at;
      if (main === '' || /^0+$/.test(main)) reset();
      else if (main === '2') isDim = true;
      else if (main === '22') isDim = false;
      else if (main === DEFAULT_COLOR) isColored = false;
      else if (/^(?:3[0-8]|9[0-7])$/.test(main)) isColored = true;
      if (EXTENDED.has(code)) at += 1 + (PARTS[codes[at + 1] ?? ''] ?? 0);
      const after = isDim && !isColored;
      if (main !== '2') written.push(...codes.slice(first, at + 1));
      if (after && (!before || main === DEFAULT_COLOR)) written.push(FAINT);
      else if (before && !after && main === '22') written.push(DEFAULT_COLOR);
    }
    return written.length === 0 ? '' : `\u001b[${written.join(';')}m`;
  };

  return (output) => {
    const text = kept + output;
    kept = UNFINISHED.exec(text)?.[0] ?? '';
    return text.slice(0, text.length - kept.length).replace(SEQUENCE, (sequence, parameters: string | undefined) => {
      if (parameters !== undefined) return rewrite(parameters);
      reset();
      return sequence;
    });
  };
}
