'use strict';
// A process goes on as another program: same pid, descriptors 0 to 2, another environment; nothing after it runs, handlers of `exit` neither.
const { writeSync } = require('node:fs');

const [, , step = 'first', pid] = process.argv;
if (step === 'first') {
  process.on('exit', () => writeSync(1, 'not reached\n'));
  process.execve(process.execPath, [process.execPath, '--no-warnings', __filename, 'second', String(process.pid)], {
    PATH: process.env.PATH,
    COLOUR: 'green',
  });
} else if (step === 'second') {
  console.log('second', String(process.pid) === pid, process.env.COLOUR, process.env.HOME, process.argv.slice(2, 3));
  for (const [file, args, env] of [
    ['/bin/sh', ['sh', 'a\0b'], {}],
    ['/bin/sh', ['sh'], { 'A\0': 'b' }],
    [undefined, [], {}],
  ]) {
    try {
      process.execve(file, args, env);
    } catch (error) {
      console.log(error.code, error.message);
    }
  }
  process.execve('/bin/sh', ['sh', '-c', 'echo third $COLOUR $0 $1', 'zero', 'one'], { COLOUR: 'blue' });
}
