import { command } from '../command/command.ts';

export const cat = command('cat', (io) => {
  const options = io.options({
    short: 'AbeEnstTuv',
    long: {
      'show-all': 'A',
      'number-nonblank': 'b',
      'show-ends': 'E',
      number: 'n',
      'squeeze-blank': 's',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
    },
  });
  const nonprinting = options.has('v') || options.has('A') || options.has('e') || options.has('t');
  const ends = options.has('E') || options.has('A') || options.has('e');
  const tabs = options.has('T') || options.has('A') || options.has('t');
  const nonblank = options.has('b');
  const number = options.has('n') || nonblank;
  const squeeze = options.has('s');
  const plain = !nonprinting && !ends && !tabs && !number && !squeeze;
  let line = 0;
  let blank = 0;
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const fd = io.openInput(operand);
    if (fd === undefined) continue;
    if (plain) for (const chunk of io.chunks(fd, operand)) io.printBytes(chunk);
    else {
      for (const { text, ended } of io.lines(fd, 10, operand)) {
        blank = text === '' && ended ? blank + 1 : 0;
        if (squeeze && blank > 1) continue;
        const prefix = number && !(nonblank && text === '') ? `${String(++line).padStart(6)}\t` : '';
        let shown = nonprinting ? visible(text, tabs) : tabs ? text.replaceAll('\t', '^I') : text;
        if (ended) shown += ends ? '$\n' : '\n';
        io.print(prefix + shown);
      }
    }
    io.closeInput(fd);
  }
});

/** cat -v: `^X` for control characters, `M-` for bytes above 127. */
function visible(text: string, tabs: boolean): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => {
    if (character === '\t' && !tabs) return character;
    const lone = character.charCodeAt(0);
    const bytes = lone >= 0xdc80 && lone <= 0xdcff ? [lone - 0xdc00] : [...new TextEncoder().encode(character)];
    return bytes
      .map((byte) => {
        const low = byte & 0x7f;
        const shown = low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low);
        return byte >= 128 ? `M-${shown}` : shown;
      })
      .join('');
  });
}
