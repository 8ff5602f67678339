// input: "alpha\nbeta\r\ngamma"
const readline = require('node:readline');
const child = require('node:child_process');
const { Readable } = require('node:stream');
const lines = readline.createInterface({ input: Readable.from(['one\ntw', 'o\r\nthree\n\nlast']) });
lines.on('line', (line) => console.log(JSON.stringify(line))).on('close', () => console.log('close'));
(async () => { for await (const line of readline.createInterface({ input: Readable.from(['x\ny\n']) })) console.log('async', line); process.stdin.destroy(); })();
