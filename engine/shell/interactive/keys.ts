/** What a person did at the keyboard, out of the bytes that a terminal sends. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'control'; readonly name: string };

const SEQUENCES: Record<string, string> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  '[1;2C': 'right',
  '[1;2D': 'left',
  '[3;5~': 'delete-word',
  '[3;3~': 'delete-word',
};
const META: Record<string, string> = {
  b: 'word-left',
  f: 'word-right',
  d: 'delete-word',
  '\x7f': 'backspace-word',
  '\b': 'backspace-word',
  '.': 'last-argument',
};
const CONTROLS: Record<string, string> = {
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'end-of-file',
  '\x05': 'end',
  '\x06': 'right',
  '\x07': 'cancel',
  '\b': 'backspace',
  '\t': 'tab',
  '\n': 'enter',
  '\x0b': 'kill-right',
  '\x0c': 'clear',
  '\r': 'enter',
  '\x0e': 'down',
  '\x10': 'up',
  '\x12': 'search',
  '\x14': 'transpose',
  '\x15': 'kill-left',
  '\x17': 'backspace-blank-word',
  '\x19': 'yank',
  '\x7f': 'backspace',
  '\x1f': 'undo',
};
const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** Cuts typed text into keys; what may be the start of a longer sequence is kept for the next call. */
export class KeyDecoder {
  private readonly decoder = new TextDecoder();
  private pending = '';

  decode(bytes: Uint8Array): Key[] {
    let text = this.pending + this.decoder.decode(bytes, { stream: true });
    this.pending = '';
    const keys: Key[] = [];
    while (text !== '') {
      if (text.startsWith(PASTE_START)) {
        const end = text.indexOf(PASTE_END);
        if (end < 0) {
          this.pending = text;
          break;
        }
        keys.push({ kind: 'paste', text: text.slice(PASTE_START.length, end) });
        text = text.slice(end + PASTE_END.length);
        continue;
      }
      if (text.startsWith('\x1b')) {
        // oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
        const escape = /^\x1b(\[[0-9;?<]*[A-Za-z~]|O[A-Za-z]|[^[O])/.exec(text);
        if (escape === null) {
          if (text.length < 16) this.pending = text;
          break;
        }
        const body = escape[1] ?? '';
        const name = SEQUENCES[body] ?? META[body];
        if (name !== undefined) keys.push({ kind: 'control', name });
        text = text.slice(escape[0].length);
        continue;
      }
      const first = text[0] ?? '';
      if (first < ' ' || first === '\x7f') {
        const name = CONTROLS[first];
        // A terminal that sends CR LF means one key.
        const length = text.startsWith('\r\n') ? 2 : 1;
        if (name !== undefined) keys.push({ kind: 'control', name });
        text = text.slice(length);
        continue;
      }
      // oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
      const run = /^[^\x00-\x1f\x7f]+/.exec(text)?.[0] ?? first;
      keys.push({ kind: 'text', text: run });
      text = text.slice(run.length);
    }
    return keys;
  }
}
