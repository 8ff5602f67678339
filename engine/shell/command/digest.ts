import { createMD5, createSHA1, createSHA256, createSHA512 } from 'hash-wasm';
import type { IHasher } from 'hash-wasm';
import type { Program } from '../../system/types.ts';
import { CommandContext, CommandExit } from './command.ts';
import { encode } from '../codec.ts';

const CREATE: Record<string, () => Promise<IHasher>> = {
  md5sum: createMD5,
  sha1sum: createSHA1,
  sha256sum: createSHA256,
  sha512sum: createSHA512,
};

/** md5sum and its kin: prints digests, or with -c checks a list of them. */
export function digestCommand(name: 'md5sum' | 'sha1sum' | 'sha256sum' | 'sha512sum'): Program {
  return async (programContext) => {
    const io = new CommandContext(name, programContext);
    const create = CREATE[name];
    if (create === undefined) throw new Error(`no digest for ${name}`);
    const hasher = await create();
    const digest = (operand: string): string | undefined => {
      const fd = io.openInput(operand);
      if (fd === undefined) return undefined;
      hasher.init();
      for (const chunk of io.chunks(fd, operand)) hasher.update(chunk);
      io.closeInput(fd);
      return hasher.digest('hex');
    };
    try {
      const check = io.args.some((argument) => argument === '-c' || argument === '--check');
      const quiet = io.args.includes('--quiet');
      const operands = io.args.filter((argument) => !/^-./.test(argument));
      for (const operand of operands.length === 0 ? ['-'] : operands) {
        if (!check) {
          const text = digest(operand);
          if (text !== undefined) io.print(`${text}  ${operand}\n`);
          continue;
        }
        const fd = io.openInput(operand);
        if (fd === undefined) continue;
        let failures = 0;
        for (const { text } of [...io.lines(fd, 10, operand)]) {
          const match = /^([0-9a-fA-F]+) [ *](.+)$/.exec(text);
          if (match === null) continue;
          const [, wanted = '', file = ''] = match;
          const ok = digest(file) === wanted.toLowerCase();
          if (!ok) failures++;
          if (!ok || !quiet) io.print(`${file}: ${ok ? 'OK' : 'FAILED'}\n`);
        }
        if (failures > 0) io.error(`WARNING: ${failures} computed checksum${failures === 1 ? '' : 's'} did NOT match`);
      }
      io.flush();
      return io.status;
    } catch (error) {
      if (error instanceof CommandExit) return error.status;
      io.system.writeBlocking(2, encode(`${name}: ${String(error)}\n`));
      return 1;
    }
  };
}
