import { command, UsageError } from '../command/command.ts';
import { changeMode } from '../command/mode.ts';
import { quoteName } from '../command/quote-name.ts';
import { EEXIST, ENOTDIR, strerror } from '../errno.ts';

export const mkdir = command('mkdir', (io) => {
  const options = io.options({ short: 'pm:v', long: { parents: 'p', mode: 'm:', verbose: 'v' } });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const { system } = io;
  const mask = system.umask();
  const requested = options.value('m');
  const mode = requested === undefined ? 0o777 & ~mask : changeMode(requested, 0o777, true, mask);
  if (mode === undefined) return io.fail(`invalid mode ${quoteName(requested ?? '')}`);
  const make = (path: string, bits: number): number => {
    const result = path === '' ? -2 : system.files.mkdir(system.resolve(path), bits);
    if (result >= 0) {
      if (requested !== undefined && bits === mode) system.files.chmod(system.resolve(path), bits);
      if (options.has('v')) io.print(`mkdir: created directory ${quoteName(path)}\n`);
    }
    return result;
  };
  for (const operand of options.operands) {
    let failedAt = operand;
    let result = 0;
    if (options.has('p')) {
      const steps = operand.replace(/\/+$/, '').split('/');
      let path = '';
      for (const [index, step] of steps.entries()) {
        path += (index > 0 ? '/' : '') + step;
        if (step === '' || step === '.' || step === '..') continue;
        if (system.files.kind(system.resolve(path)) === 1) continue;
        failedAt = path;
        const last = index === steps.length - 1;
        result = make(path, last ? mode : (0o777 & ~mask) | 0o300);
        if (result === -EEXIST && system.files.kind(system.resolve(path)) === 1) result = 0;
        if (result === -EEXIST && !last) result = -ENOTDIR;
        if (result < 0) break;
      }
    } else result = make(operand, mode);
    if (result < 0) io.error(`cannot create directory ${quoteName(failedAt)}: ${strerror(result)}`);
  }
  return io.status;
});
