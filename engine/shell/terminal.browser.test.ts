/** The shell on terminals of the real engine, through the official client. */
import { expect, test } from '../../e2e/support/test.ts';
import { bootEngine, openTerminal, PROMPT, runScript } from './testing/terminal-page.ts';

const UP = '\x1b[A';
const LEFT = '\x1b[D';
const CTRL_A = '\x01';
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_E = '\x05';
const CTRL_U = '\x15';
const CTRL_W = '\x17';

test.describe('a shell on a terminal', () => {
  test('shows a prompt with the folder, in colour, and marks a failed command', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page, { env: {} });
    await terminal.until('~/work\n❯ ');
    expect(await terminal.raw()).toContain('\x1b[32m❯');
    await terminal.type('false\r');
    await terminal.until('❯ false\n');
    await terminal.until('❯ ');
    expect(await terminal.raw()).toContain('\x1b[31m❯');
  });

  test('edits lines', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type(`cho b${CTRL_A}e${CTRL_E}${LEFT}a \r`);
    await terminal.until('\na b\n');
    await terminal.type(`no no${CTRL_U}echo one two${CTRL_W}three\r`);
    await terminal.until('\none three\n');
    await terminal.type(`${UP}${UP} again\r`);
    await terminal.until('\na b again\n');
    await terminal.type(`echo never${CTRL_C}`);
    await terminal.until('^C\n% ');
    expect(await terminal.run('echo $?')).toBe('130\n');
    await terminal.type(CTRL_D);
    expect(await terminal.exit()).toBe(0);
  });

  test('ends with the status of exit', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('exit 3\r');
    expect(await terminal.exit()).toBe(3);
  });

  test('completes paths, commands and npm scripts', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'a file.txt': 'content\n', 'package.json': '{"scripts":{"build:site":"echo built"}}' });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('ca\t\tt a\t\r');
    await terminal.until('\ncontent\n');
    await terminal.type('hostn\t\r');
    await terminal.until('\nlocalhost\n');
    await terminal.type('npm run bu\t\r');
    await terminal.until('\nbuilt\n');
  });

  test('keeps several terminals apart', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const one = await openTerminal(page);
    const two = await openTerminal(page);
    await Promise.all([one.until(PROMPT), two.until(PROMPT)]);
    await Promise.all([one.run('name=first'), two.run('name=second')]);
    await one.type('cat\r');
    // The prompts before are of the line as it was typed.
    await one.until('cat\n');
    await two.type('echo $name; tty_check=ok\r');
    await two.until('\nsecond\n');
    await one.type(`${CTRL_C}`);
    await one.until(/\^C\n+% /);
    expect(await one.run('echo $name')).toBe('first\n');
    expect(await two.run('echo $tty_check')).toBe('ok\n');
  });

  test('colours listings for a terminal only', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'package.json': '{}' });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.run('mkdir folder; ls');
    expect(await terminal.raw()).toContain('34mfolder');
    const before = (await terminal.raw()).length;
    expect(await terminal.run('ls | cat')).toBe('folder\npackage.json\n');
    expect((await terminal.raw()).slice(before)).not.toContain('34m');
  });

  test('tells programs the size of the window', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page, { columns: 90, rows: 30 });
    await terminal.until(PROMPT);
    expect(await terminal.run('node -p process.stdout.columns')).toBe('90\n');
    await terminal.type(
      "node -e \"process.stdout.on('resize', () => { console.log(process.stdout.columns, process.stdout.rows); process.exit() }); setInterval(() => {}, 1e3); console.log('waiting')\"\r",
    );
    await terminal.until('\nwaiting\n');
    await terminal.resize(100, 40);
    await terminal.until('\n100 40\n'.slice(1));
    await terminal.until(PROMPT);
    expect(await terminal.run('node -p process.stdout.columns')).toBe('100\n');
  });
});

test.describe('Ctrl-C', () => {
  test('ends what runs in the foreground and leaves the terminal usable', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'tick.js': "setInterval(() => {}, 1e3); console.log('ticking');" });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('sleep 100\r');
    await terminal.until('sleep 100\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo $?')).toBe('130\n');
    await terminal.type('node tick.js\r');
    await terminal.until('ticking\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo $?')).toBe('130\n');
    await terminal.type('cat\r');
    await terminal.until('cat\n');
    await terminal.type('typed\r');
    await terminal.until('typed\ntyped\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    await terminal.type('sleep 100 | cat | cat\r');
    await terminal.until('| cat\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('ps')).not.toContain('sleep');
  });

  test('ends a loop of the shell', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('while true; do sleep 1; done\r');
    await terminal.until('done\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    await terminal.type('while :; do :; done\r');
    await terminal.until('done\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo usable')).toBe('usable\n');
  });

  test('ends npm run with everything below it', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'package.json': '{"scripts":{"dev":"npm run serve","serve":"node dev.js"}}',
      'dev.js': "require('node:http').createServer(() => {}).listen(4321, () => console.log('listening'));",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('npm run dev\r');
    await terminal.until('\nlistening\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('ps')).not.toContain('dev.js');
    await terminal.type('npm run dev\r');
    await terminal.until('\nlistening\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo usable')).toBe('usable\n');
  });

  test('is the program’s to handle', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'package.json': '{"scripts":{"dev":"node handles.js"}}',
      'handles.js':
        "process.on('SIGINT', () => { console.log('closing'); setTimeout(() => { console.log('closed'); process.exit(7); }, 50); }); setInterval(() => {}, 1e3); console.log('up');",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    for (const command of ['node handles.js', 'npm run dev']) {
      await terminal.type(`${command}\r`);
      await terminal.until('\nup\n');
      await terminal.type(CTRL_C);
      await terminal.until('closing\nclosed\n');
      await terminal.until(PROMPT);
      expect(await terminal.run('echo $?')).toBe('7\n');
    }
  });
});

test.describe('programs that read the terminal', () => {
  test('readline asks and gets a line', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'ask.js':
        "const rl = require('node:readline').createInterface({ input: process.stdin, output: process.stdout }); rl.question('Name? ', (name) => { console.log(`Hello ${name}!`); rl.close(); });",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('node ask.js\r');
    await terminal.until('Name? ');
    await terminal.type('Ada\r');
    await terminal.until('Hello Ada!\n');
    await terminal.until(PROMPT);
    expect(await terminal.run('echo back')).toBe('back\n');
  });

  test('raw mode hands over each key', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'keys.js':
        "process.stdin.setRawMode(true); console.log('ready'); process.stdin.on('data', (key) => { console.log('key', JSON.stringify(String(key))); if (String(key) === 'q') process.exit(); });",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('node keys.js\r');
    await terminal.until('ready\n');
    await terminal.type(CTRL_C);
    await terminal.until('key "\\u0003"\n');
    await terminal.type(UP);
    await terminal.until('key "\\u001b[A"\n');
    await terminal.type('q');
    await terminal.until('key "q"\n');
    await terminal.until(PROMPT);
    // The shell finds the terminal as it was.
    await terminal.type('cat\r');
    await terminal.until('cat\n');
    await terminal.type('echoed\r');
    await terminal.until('echoed\nechoed\n');
    await terminal.type(CTRL_D);
    await terminal.until(PROMPT);
  });

  test("Node's REPL evaluates, remembers and ends", async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('node\r');
    await terminal.until('\n> ');
    await terminal.type('const answer = 6 * 7\r');
    await terminal.until('undefined\n> ');
    await terminal.type('answer\r');
    await terminal.until(/answer\n.*42\n> /s);
    await terminal.type('await Promise.resolve("later")\r');
    await terminal.until(/'later'\n> /);
    await terminal.type('.exit\r');
    await terminal.until(PROMPT);
    expect(await terminal.run('echo back')).toBe('back\n');
  });
});

test.describe('a busy terminal', () => {
  test('takes Ctrl-C while output floods it', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'flood.js':
        "const write = () => { while (process.stdout.write('y'.repeat(70) + '\\n')); process.stdout.once('drain', write); }; write();",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    for (const command of ['yes', 'while :; do echo y; done', 'node flood.js', "node -e 'for (;;) console.log(1)'"]) {
      await terminal.type(`${command}\r`);
      await terminal.until(/\n[y1]+\n/);
      await terminal.type(CTRL_C);
      await terminal.until(`\n${PROMPT}`);
    }
    expect(await terminal.run('echo usable')).toBe('usable\n');
  });

  test('ends a program that computes without end', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, { 'spin.js': "console.log('spinning'); for (;;);" });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('node spin.js\r');
    await terminal.until('\nspinning\n');
    await terminal.type(CTRL_C);
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo $?')).toBe('130\n');
  });

  test('keeps what is typed ahead for who reads next', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('sleep 0.5; read line; echo "got $line"\r');
    await terminal.until('"\n');
    await terminal.type('ahead\r');
    await terminal.until('got ahead\n');
    await terminal.until(PROMPT);
    await terminal.type('sleep 0.5\r');
    await terminal.until('0.5\n');
    await terminal.type('echo later\r');
    await terminal.until('\nlater\n');
  });

  test('hangs up: what still runs gets SIGHUP', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'hup.js':
        "process.on('SIGHUP', () => { require('node:fs').writeFileSync('hung-up', 'yes'); process.exit(); }); setInterval(() => {}, 1e3); console.log('up');",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('node hup.js &\r');
    await terminal.until('up\n');
    await terminal.type('exit\r');
    await terminal.exit();
    await expect.poll(() => page.evaluate(() => engine.fs.readFile('hung-up', 'utf8').catch(() => 'no'))).toBe('yes');
  });

  test('ends with everything in it when it is killed', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, {
      'package.json': '{"scripts":{"dev":"node dev.js"}}',
      'dev.js': "setInterval(() => {}, 1e3); console.log('up');",
    });
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('npm run dev\r');
    await terminal.until('\nup\n');
    await terminal.kill();
    await terminal.exit();
    await expect.poll(async () => (await runScript(page, 'ps')).output).not.toContain('dev.js');
  });
});

test.describe('scripts of npm on a terminal', () => {
  const files = {
    'package.json': JSON.stringify({ scripts: { both: 'node one.js & node two.js & wait', trap: 'sh trap.sh', dev: 'node one.js' } }),
    'one.js': "setInterval(() => {}, 1e3); console.log('one up');",
    'two.js':
      "process.on('SIGINT', () => { console.log('two ends'); process.exit(); }); setInterval(() => {}, 1e3); console.log('two up');",
    'trap.sh': "trap 'echo trapped; exit 4' INT; echo waiting; while :; do sleep 0.1; done",
  };

  test('end together at Ctrl-C', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, files);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('npm run both\r');
    await terminal.until(/(one|two) up\n[^]*(one|two) up\n/);
    await terminal.type(CTRL_C);
    await terminal.until(PROMPT);
    await expect.poll(() => terminal.run('ps')).not.toMatch(/(one|two)\.js/);
    await terminal.type('npm run trap\r');
    await terminal.until('\nwaiting\n');
    await terminal.type(CTRL_C);
    await terminal.until('trapped\n');
    await terminal.until(PROMPT);
    expect(await terminal.run('echo $?')).toBe('4\n');
  });

  test('end at Ctrl-C when npm itself has the terminal', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page, files);
    const npm = await openTerminal(page, { command: 'npm', args: ['run', 'dev'] });
    await npm.until('one up\n');
    await npm.type(CTRL_C);
    expect(await npm.exit()).toBe(130);
    expect((await runScript(page, 'ps')).output).not.toContain('one.js');
  });
});

test.describe('shells in shells', () => {
  test('give the terminal back to each other', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.type('PS1="inner% " sh\r');
    await terminal.until('" sh\n');
    await terminal.until('inner% ');
    await terminal.type('sleep 100\r');
    await terminal.until('sleep 100\n');
    await terminal.type(CTRL_C);
    await terminal.until('\ninner% ');
    await terminal.type('exit 8\r');
    await terminal.until(`\n${PROMPT}`);
    expect(await terminal.run('echo $?')).toBe('8\n');
    await terminal.type('exec sh\r');
    await terminal.until('exec sh\n');
    await terminal.until(PROMPT);
    expect(await terminal.run('echo usable')).toBe('usable\n');
  });

  test('search the history and take pastes as one', async ({ openClient }) => {
    const page = await openClient();
    await bootEngine(page);
    const terminal = await openTerminal(page);
    await terminal.until(PROMPT);
    await terminal.run('echo needle');
    await terminal.run('echo hay');
    await terminal.type('\x12need\r');
    await terminal.until('\nneedle\n');
    await terminal.type('\x1b[200~echo a\necho b\n\x1b[201~');
    await terminal.type('\r');
    await terminal.until('\na\nb\n');
    await terminal.type('read answer\r');
    await terminal.until('read answer\n');
    await terminal.type('forty-two\r');
    await terminal.until(PROMPT);
    expect(await terminal.run('echo $answer')).toBe('forty-two\n');
  });
});
