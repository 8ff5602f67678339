import type { Word, WordPart } from '../language/ast.ts';

/** A character of unquoted text, or a part that braces do not look into. */
type Item = string | WordPart;

/** Bash's brace expansion of a word: `a{b,c}d`, `{1..5}`, `{a..e..2}`. A word without a valid brace comes back alone. */
export function expandBraces(word: Word): Word[] {
  if (!word.parts.some((part) => part.type === 'literal' && part.text.includes('{'))) return [word];
  const items: Item[] = word.parts.flatMap((part): Item[] => (part.type === 'literal' ? [...part.text] : [part]));
  return expand(items).map((result) => ({ parts: join(result) }));
}

function join(items: readonly Item[]): WordPart[] {
  const parts: WordPart[] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (typeof item !== 'string') parts.push(item);
    else if (last?.type === 'literal') parts[parts.length - 1] = { type: 'literal', text: last.text + item };
    else parts.push({ type: 'literal', text: item });
  }
  return parts;
}

function expand(items: readonly Item[]): Item[][] {
  for (let open = 0; open < items.length; open++) {
    if (items[open] !== '{') continue;
    const commas: number[] = [];
    let depth = 0;
    let close = -1;
    for (let i = open + 1; i < items.length; i++) {
      if (items[i] === '{') depth++;
      else if (items[i] === '}') {
        if (depth === 0) {
          close = i;
          break;
        }
        depth--;
      } else if (items[i] === ',' && depth === 0) commas.push(i);
    }
    if (close < 0) continue;
    const before = items.slice(0, open);
    const after = items.slice(close + 1);
    const range = commas.length === 0 ? sequence(items.slice(open + 1, close)) : null;
    if (commas.length === 0 && range === null) continue;
    const bounds = [open, ...commas, close];
    const choices = range ?? bounds.slice(1).flatMap((end, index) => expand(items.slice((bounds[index] ?? 0) + 1, end)));
    const tails = expand(after);
    return choices.flatMap((choice) => tails.map((tail) => [...before, ...choice, ...tail]));
  }
  return [[...items]];
}

function sequence(items: readonly Item[]): Item[][] | null {
  if (!items.every((item) => typeof item === 'string')) return null;
  const text = items.join('');
  const numeric = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  const match = numeric ?? letters;
  if (match === null) return null;
  const code = (value: string): number => (numeric === null ? value.charCodeAt(0) : Number(value));
  const from = code(match[1] ?? '');
  const to = code(match[2] ?? '');
  const step = Math.abs(Number(match[3] ?? 1)) || 1;
  const padded = numeric !== null && /^-?0\d/.test(`${match[1]}`) ? (match[1] ?? '').length : 0;
  const results: Item[][] = [];
  for (let value = from; from <= to ? value <= to : value >= to; value += from <= to ? step : -step) {
    results.push([...(numeric === null ? String.fromCharCode(value) : String(value).padStart(padded, '0'))]);
  }
  return results;
}
