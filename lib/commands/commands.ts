/** Something the user can do by name, from the palette or a key. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** `Mod` is ⌘ on Apple's machines and Ctrl elsewhere, e.g. `Mod+Shift+P`. */
  readonly key?: string;
  readonly run: () => void | Promise<void>;
  readonly enabled?: () => boolean;
}

export interface Match<T> {
  readonly item: T;
  readonly score: number;
  /** Indexes of the matched characters in the text. */
  readonly positions: readonly number[];
}

/** Fuzzy search: every character of the query in order, best where words begin and where characters are adjacent. Null when it does not match. */
export function fuzzyMatch(query: string, text: string): { score: number; positions: number[] } | null {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const lower = text.toLowerCase();
  const positions: number[] = [];
  let score = 0;
  let from = 0;
  for (const character of wanted) {
    const adjacent = positions.length > 0 && lower[from] === character ? from : -1;
    const at = adjacent !== -1 ? adjacent : wordStart(lower, character, from);
    const index = at !== -1 ? at : lower.indexOf(character, from);
    if (index === -1) return positions.length === 0 || at !== -1 ? null : plainMatch(wanted, lower);
    score += index === from && positions.length > 0 ? 4 : isWordStart(lower, index) ? 3 : 1;
    positions.push(index);
    from = index + 1;
  }
  return { score: score - text.length / 100, positions };
}

/** Leftmost match, for when jumping to word starts ran out of text. */
function plainMatch(wanted: string, lower: string): { score: number; positions: number[] } | null {
  const positions: number[] = [];
  let from = 0;
  for (const character of wanted) {
    const index = lower.indexOf(character, from);
    if (index === -1) return null;
    positions.push(index);
    from = index + 1;
  }
  return { score: positions.length - lower.length / 100, positions };
}

function isWordStart(text: string, index: number): boolean {
  return index === 0 || /[\s/._-]/.test(text[index - 1] ?? '');
}

function wordStart(text: string, character: string, from: number): number {
  for (let index = text.indexOf(character, from); index !== -1; index = text.indexOf(character, index + 1)) {
    if (isWordStart(text, index)) return index;
  }
  return -1;
}

/** The items that match, best first; all of them, in their order, for an empty query. */
export function search<T>(query: string, items: readonly T[], textOf: (item: T) => string, limit = 50): Match<T>[] {
  if (query.trim() === '') return items.slice(0, limit).map((item) => ({ item, score: 0, positions: [] }));
  return items
    .flatMap((item) => {
      const match = fuzzyMatch(query, textOf(item));
      return match ? [{ item, ...match }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether a key press is `shortcut`. */
export function matchesKey(shortcut: string, event: KeyPress, apple: boolean): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('Mod');
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    event.shiftKey === parts.includes('Shift') &&
    event.altKey === parts.includes('Alt') &&
    (apple
      ? event.metaKey === mod && event.ctrlKey === parts.includes('Ctrl')
      : event.ctrlKey === (mod || parts.includes('Ctrl')) && !event.metaKey)
  );
}

/** A shortcut as people of this platform write it. */
export function keyLabel(shortcut: string, apple: boolean): string {
  const parts = shortcut.split('+').map((part) => {
    if (part === 'Mod') return apple ? '⌘' : 'Ctrl';
    if (part === 'Shift') return apple ? '⇧' : 'Shift';
    if (part === 'Alt') return apple ? '⌥' : 'Alt';
    return part.length === 1 ? part.toUpperCase() : part;
  });
  return parts.join(apple ? '' : '+');
}
