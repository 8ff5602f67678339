const WORD = /[\p{L}\p{N}_]/u;

/** The line being edited: characters (code points with their combining marks), a cursor, a kill buffer. */
export class LineBuffer {
  private characters: string[] = [];
  private position = 0;
  private killed = '';

  get text(): string {
    return this.characters.join('');
  }

  get beforeCursor(): string {
    return this.characters.slice(0, this.position).join('');
  }

  get afterCursor(): string {
    return this.characters.slice(this.position).join('');
  }

  set(text: string): void {
    this.characters = split(text);
    this.position = this.characters.length;
  }

  insert(text: string): void {
    const before = split(this.beforeCursor + text);
    this.characters = [...before, ...this.characters.slice(this.position)];
    this.position = before.length;
  }

  move(name: string): boolean {
    const { characters, position } = this;
    if (name === 'left') this.position = Math.max(0, position - 1);
    else if (name === 'right') this.position = Math.min(characters.length, position + 1);
    else if (name === 'home') this.position = 0;
    else if (name === 'end') this.position = characters.length;
    else if (name === 'word-left') this.position = this.wordStart();
    else if (name === 'word-right') this.position = this.wordEnd();
    else return false;
    return true;
  }

  private wordStart(isWord = (c: string): boolean => WORD.test(c)): number {
    let at = this.position;
    while (at > 0 && !isWord(this.characters[at - 1] ?? '')) at--;
    while (at > 0 && isWord(this.characters[at - 1] ?? '')) at--;
    return at;
  }

  private wordEnd(): number {
    let at = this.position;
    while (at < this.characters.length && !WORD.test(this.characters[at] ?? '')) at++;
    while (at < this.characters.length && WORD.test(this.characters[at] ?? '')) at++;
    return at;
  }

  private cut(from: number, to: number, keep: boolean): void {
    const removed = this.characters.splice(from, to - from).join('');
    if (keep && removed !== '') this.killed = removed;
    this.position = from;
  }

  edit(name: string): boolean {
    const { position, characters } = this;
    switch (name) {
      case 'backspace':
        if (position > 0) this.cut(position - 1, position, false);
        return true;
      case 'delete':
        if (position < characters.length) this.cut(position, position + 1, false);
        return true;
      case 'kill-right':
        this.cut(position, characters.length, true);
        return true;
      case 'kill-left':
        this.cut(0, position, true);
        return true;
      case 'backspace-blank-word':
        this.cut(
          this.wordStart((c) => !/\s/.test(c)),
          position,
          true,
        );
        return true;
      case 'backspace-word':
        this.cut(this.wordStart(), position, true);
        return true;
      case 'delete-word':
        this.cut(position, this.wordEnd(), true);
        return true;
      case 'yank':
        this.insert(this.killed);
        return true;
      case 'transpose': {
        const at = position === characters.length ? position - 1 : position;
        const [a, b] = [characters[at - 1], characters[at]];
        if (a !== undefined && b !== undefined) {
          characters.splice(at - 1, 2, b, a);
          this.position = at + 1;
        }
        return true;
      }
      default:
        return false;
    }
  }
}

/** Characters as people see them, as far as the terminal draws them as one. */
function split(text: string): string[] {
  const parts: string[] = [];
  for (const character of text) {
    const last = parts.length - 1;
    if (last >= 0 && /^(?:\p{Mn}|\p{Me}|\u200d|\ufe0f)/u.test(character)) parts[last] += character;
    else parts.push(character);
  }
  return parts;
}
