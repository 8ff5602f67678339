/** What the shell makes of processes of the real engine: pipelines, redirects, jobs, signals, exit codes. */
import { expect, test } from '../../e2e/support/test.ts';
import { bootEngine, openTerminal, PROMPT, runScript } from './testing/terminal-page.ts';

test.describe('sh -c', () => {
  test('gives exit codes as POSIX has them', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'plain.txt': 'text' });
    expect(await runScript(page, 'exit 3')).toEqual({ output: '', code: 3 });
    expect(await runScript(page, 'node -e "process.exit(9)"')).toMatchObject({ code: 9 });
    expect(await runScript(page, 'no-such-command')).toEqual({ output: 'sh: 1: no-such-command: not found\r\n', code: 127 });
    expect(await runScript(page, './plain.txt; echo $?')).toEqual({ output: 'sh: 1: ./plain.txt: Permission denied\r\n126\r\n', code: 0 });
    expect(await runScript(page, "sh -c 'kill -TERM $$'; echo $?")).toMatchObject({ output: expect.stringContaining('143\r\n') });
    expect(await runScript(page, 'node -e "process.kill(process.pid, \'SIGKILL\')"; echo $?')).toMatchObject({
      output: expect.stringContaining('137\r\n'),
    });
  });

  test('streams through pipelines of programs and Node', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'upper.mjs': 'process.stdin.setEncoding("utf8"); for await (const chunk of process.stdin) process.stdout.write(chunk.toUpperCase());',
    });
    expect(await runScript(page, 'seq 3 | sed "s/^/line /" | node upper.mjs | tail -2')).toEqual({
      output: 'LINE 2\r\nLINE 3\r\n',
      code: 0,
    });
    // What comes first is shown while its source still runs: the source ends only after it was told so.
    expect(
      await runScript(
        page,
        '{ echo first; while [ ! -e seen ]; do sleep 0.02; done; echo last; } | while read line; do echo "got $line"; : > seen; done',
      ),
    ).toEqual({ output: 'got first\r\ngot last\r\n', code: 0 });
    expect(await runScript(page, 'node -e "for (let i = 0; i < 200000; i++) console.log(i)" | node upper.mjs | wc -l')).toMatchObject({
      output: '200000\r\n',
    });
  });

  test('ends writers whose reader is gone', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    expect(await runScript(page, 'yes | head -3')).toEqual({ output: 'y\r\ny\r\ny\r\n', code: 0 });
    expect((await runScript(page, 'ps')).output).not.toContain('yes');
    expect(await runScript(page, 'cat /dev/zero | head -c 70000 | wc -c')).toMatchObject({ output: '70000\r\n' });
  });

  test('expands substitutions and here-documents', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    expect(await runScript(page, 'echo "$(node -p 1+1) $(echo a; echo b)"')).toEqual({ output: '2 a\r\nb\r\n', code: 0 });
    expect(await runScript(page, 'name=World\ncat <<END\nHello $name $((1 + 2))\nEND\ncat <<"END"\n$name\nEND')).toEqual({
      output: 'Hello World 3\r\n$name\r\n',
      code: 0,
    });
  });

  test('appends from two processes without losing a line', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'append.js':
        'const fs = require("node:fs"); const out = fs.openSync("log", "a"); for (let i = 0; i < 500; i++) fs.writeSync(out, `${process.argv[2]}\\n`);',
    });
    const { output } = await runScript(
      page,
      '(for i in $(seq 500); do echo shell; done) >> log & node append.js node & wait; sort log | uniq -c',
    );
    expect(output.trim().split(/\s+/)).toEqual(['500', 'node', '500', 'shell']);
  });

  test('runs jobs beside each other, waits for them and ends them', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    expect(await runScript(page, 'sleep 100 & pid=$!; kill $pid; wait $pid; echo $?')).toMatchObject({
      output: expect.stringMatching(/143\r\n$/),
    });
    expect(await runScript(page, '(exit 4) & wait $!; echo $?')).toEqual({ output: '4\r\n', code: 0 });
    expect(await runScript(page, '(sleep 0.2; echo late) & echo early; wait')).toEqual({ output: 'early\r\nlate\r\n', code: 0 });
  });

  test('lets nothing happen of a killed process after its end, not even where it was killed before it had begun', async ({
    openClient,
  }) => {
    const page = await openClient();
    await bootEngine(page, {
      'append.cjs': 'for (;;) require("node:fs").appendFileSync(process.argv[2], "x".repeat(64));',
      'kill.cjs': `
        const { spawn } = require('node:child_process');
        const { once } = require('node:events');
        const { statSync } = require('node:fs');
        const { setTimeout: sleep } = require('node:timers/promises');
        const size = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        (async () => {
          const atEnd = new Map();
          for (const delay of [0, 5, 10, 20, 30, 50, 70, 90]) {
            const children = [0, 1, 2].map((number) => {
              const file = \`\${delay}-\${number}\`;
              return [file, spawn(process.execPath, ['append.cjs', file], { stdio: 'ignore' })];
            });
            await sleep(delay);
            for (const [file, child] of children) {
              child.kill('SIGKILL');
              const [, signal] = await once(child, 'exit');
              atEnd.set(file, size(file));
              if (signal !== 'SIGKILL') console.log(file, signal);
            }
          }
          // Chromium lets a worker that is busy go on for 2 s.
          await sleep(3000);
          for (const [file, before] of atEnd) if (size(file) !== before) console.log([file, before, size(file)].join(' '));
          console.log(String(atEnd.size) + ' killed');
        })();`,
    });
    expect(await runScript(page, 'node kill.cjs')).toEqual({ output: '24 killed\r\n', code: 0 });
  });

  test('follows a growing file', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { log: 'one\n' });
    const tail = await openTerminal(page, { command: 'tail', args: ['-f', 'log'] });
    await tail.until('one\n');
    await runScript(page, 'echo two >> log');
    await tail.until('two\n');
    await page.evaluate(() => engine.fs.writeFile('log', 'one\ntwo\nthree\n'));
    await tail.until('three\n');
    await tail.type('\x03');
    expect(await tail.exit()).toBe(130);
  });
});

test.describe('exec', () => {
  test('gives the process to the last command of sh -c', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    expect(await runScript(page, 'sh -c "echo \\$\\$; exec node -p process.pid" | cat')).toMatchObject({
      output: expect.stringMatching(/^(\d+)\r\n\1\r\n$/),
    });
    expect((await runScript(page, 'true && ps')).output).not.toContain('true');
    expect(await runScript(page, 'exec ls missing > /dev/null')).toMatchObject({ code: 2 });
    expect(await runScript(page, 'exec missing-command; echo not reached')).toEqual({
      output: 'sh: 1: missing-command: not found\r\n',
      code: 127,
    });
  });

  test('lets signals reach the program that npm and sh stand before', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'package.json': '{"scripts":{"serve":"node serve.js"}}',
      'serve.js':
        "process.on('SIGTERM', () => { console.log('ending'); process.exit(5); }); setInterval(() => {}, 1000); console.log('up', process.pid);",
      'parent.js':
        "const child = require('node:child_process').spawn('node serve.js', { shell: true, stdio: ['ignore', 'pipe', 'inherit'] }); child.stdout.once('data', () => child.kill('SIGKILL')); child.on('close', (code, signal) => console.log(code, signal));",
    });
    const npm = await openTerminal(page, { command: 'npm', args: ['run', 'serve'] });
    await npm.until(/up \d+\n/);
    await npm.kill();
    await npm.until('ending\n');
    expect(await npm.exit()).toBe(5);
    // A killed shell command leaves nothing behind: the shell has become the command.
    expect(await runScript(page, 'node parent.js | cat')).toEqual({ output: 'null SIGKILL\r\n', code: 0 });
    expect((await runScript(page, 'ps')).output).not.toContain('serve.js');
  });
});

test.describe('npm run', () => {
  test('runs nested scripts with arguments, hooks and exit codes', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'package.json': JSON.stringify({
        name: 'nested',
        version: '1.0.0',
        scripts: {
          prebuild: 'echo before',
          build: 'npm run -s inner -- two',
          inner: 'node -p "process.argv.slice(1).join()" one',
          postbuild: 'echo after',
          fail: 'exit 6',
        },
      }),
    });
    const { output, code } = await runScript(page, 'npm run -s build');
    expect({ output, code }).toEqual({ output: 'before\r\none,two\r\nafter\r\n', code: 0 });
    expect((await runScript(page, 'npm run fail')).code).toBe(6);
  });

  test('starts commands of a mounted node_modules', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'package.json': '{"scripts":{"tool":"tool given"}}' });
    await page.evaluate(() =>
      engine.mount({
        node_modules: {
          directory: {
            '.bin': { directory: { tool: { file: { symlink: '../tool/cli.js' } } } },
            tool: { directory: { 'cli.js': { file: { contents: '#!/usr/bin/env node\nconsole.log("tool", process.argv[2]);\n' } } } },
          },
        },
      }),
    );
    expect(await runScript(page, 'npm run -s tool')).toEqual({ output: 'tool given\r\n', code: 0 });
  });
});

test.describe('the system', () => {
  test('is the same for uname, /etc and os', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const { output } = await runScript(
      page,
      "uname -srm; hostname; whoami; node -p \"const os = require('os'); [os.type(), os.release(), os.machine()].join(' ') + '\\n' + os.hostname() + '\\n' + os.userInfo().username\"",
    );
    const lines = output.trim().split('\r\n');
    expect(lines.slice(0, 3)).toEqual(lines.slice(3));
    expect(lines[0]).toMatch(/^Linux \S+ x86_64$/);
    expect((await runScript(page, 'cut -d: -f1 /etc/passwd; cat /etc/hostname; ls -ld / | cut -d" " -f3')).output).toBe(
      'root\r\nlocalhost\r\nroot\r\n',
    );
  });

  test('gives background jobs of a terminal back at the prompt', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    expect(await terminal.run('sleep 100 &')).toMatch(/^\[1\] \d+\n$/);
    expect(await terminal.run('jobs')).toContain('sleep 100');
    await terminal.run('kill %1; wait');
    expect(await terminal.run('ps')).not.toContain('sleep');
    await terminal.type('sleep 100 &\rfg\r');
    await terminal.until(/fg\n.*sleep 100/s);
    await terminal.type('\x03');
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('jobs')).toBe('');
  });
});
