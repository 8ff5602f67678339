import { command } from '../command/command.ts';
import { concat, decode } from '../codec.ts';

export const base64 = command('base64', (io) => {
  const options = io.options({ short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w:' } });
  const [input = '-'] = options.operands;
  const fd = io.openInput(input);
  if (fd === undefined) return 1;
  const bytes = concat(Array.from(io.chunks(fd, input), (chunk) => chunk.slice()));
  io.closeInput(fd);
  if (options.has('d')) {
    const text = decode(bytes).replace(options.has('i') ? /[^A-Za-z0-9+/=]/g : /\n/g, '');
    let binary: string;
    try {
      binary = atob(text);
    } catch {
      return io.fail('invalid input');
    }
    io.printBytes(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
    return 0;
  }
  const width = Number(options.value('w') ?? 76);
  let text = '';
  // btoa takes a string of bytes: pieces of a multiple of three keep the padding at the end.
  for (let at = 0; at < bytes.length; at += 24_576) text += btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576)));
  if (width === 0) io.print(text);
  else for (let at = 0; at < text.length; at += width) io.print(`${text.slice(at, at + width)}\n`);
  return 0;
});
