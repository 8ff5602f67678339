import { command } from '../command/command.ts';
import { strerror } from '../errno.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../open-flags.ts';

export const tee = command('tee', (io) => {
  const options = io.options({ short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i' } });
  const outputs: { name: string; fd: number }[] = [];
  for (const name of options.operands) {
    const fd = io.system.open(io.system.resolve(name), O_WRONLY | O_CREAT | (options.has('a') ? O_APPEND : O_TRUNC), 0o666);
    if (fd < 0) io.error(`${name}: ${strerror(fd)}`);
    else outputs.push({ name, fd });
  }
  for (const chunk of io.chunks(0)) {
    io.printBytes(chunk);
    for (const { name, fd } of outputs) {
      const result = io.system.writeBlocking(fd, chunk);
      if (result < 0) io.error(`${name}: ${strerror(result)}`);
    }
  }
});
