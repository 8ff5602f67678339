/** The whole contract of @webcontainer/api 1.6.4, driven by the unmodified official client. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snapshot } from '@webcontainer/snapshot';
import { unzipSync } from 'fflate';
import type { WebContainer } from '@webcontainer/api';
import type { Page } from '@playwright/test';
import { expect, test } from '../../e2e/support/test.ts';

declare global {
  /** The instance that `boot` made. */
  var container: WebContainer;
  /** Runs a command to its end: exit code and everything it wrote. */
  var runCommand: (command: string, args?: string[], options?: object) => Promise<{ code: number; output: string }>;
  /** What a promise was rejected with, as plain data. */
  var rejection: (promise: Promise<unknown>) => Promise<{ message: string; code?: string } | 'fulfilled'>;
}

async function boot(page: Page): Promise<void> {
  await page.evaluate(async () => {
    globalThis.container = await webcontainer.WebContainer.boot({ coep: 'require-corp', workdirName: 'work' });
    globalThis.runCommand = async (command, args = [], options = {}) => {
      const process = await container.spawn(command, args, options);
      let output = '';
      const reading = process.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
      const code = await process.exit;
      await reading;
      return { code, output };
    };
    globalThis.rejection = (promise) =>
      promise.then(
        () => 'fulfilled' as const,
        (error: Error & { code?: string }) => ({ message: error.message, ...(error.code === undefined ? {} : { code: error.code }) }),
      );
  });
}

test.describe('WebContainer.boot', () => {
  test('gives working directory and PATH', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    expect(await page.evaluate(() => [container.workdir, container.path])).toEqual(['/home/work', '/usr/local/bin:/usr/bin:/bin']);
  });

  test('boots again after teardown, with nothing of the former instance', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const names = await page.evaluate(async () => {
      await container.fs.writeFile('old.txt', 'old');
      await container.spawn('cat');
      container.teardown();
      const next = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
      return next.fs.readdir('/');
    });
    expect(names).toEqual([]);
  });
});

test.describe('fs', () => {
  test('reads, writes, lists, renames and removes', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      const { fs } = container;
      await fs.writeFile('a.txt', 'grüße');
      await fs.writeFile('/b.bin', Uint8Array.of(0, 255, 128));
      await fs.writeFile('c.txt', '6869', 'hex');
      await fs.writeFile('d.txt', 'aGk=', { encoding: 'base64' });
      const made = await fs.mkdir('x/y/z', { recursive: true });
      await fs.mkdir('x/plain');
      await fs.rename('a.txt', 'x/y/a.txt');
      const entries = await fs.readdir('/', { withFileTypes: true });
      const buffers = await fs.readdir('/', 'buffer');
      const result = {
        made,
        text: await fs.readFile('x/y/a.txt', 'utf-8'),
        latin1: await fs.readFile('b.bin', 'latin1'),
        base64: await fs.readFile('b.bin', 'base64'),
        hex: await fs.readFile('b.bin', 'hex'),
        bytes: [...(await fs.readFile('b.bin'))],
        encoded: [await fs.readFile('c.txt', 'utf8'), await fs.readFile('d.txt', 'utf8')],
        entries: entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory()]),
        buffers: buffers.map((name) => new TextDecoder().decode(name)),
      };
      await fs.rm('x', { recursive: true });
      await fs.rm('nothing', { force: true });
      return { ...result, left: await fs.readdir('.') };
    });
    expect(result).toEqual({
      made: '/home/work/x',
      text: 'grüße',
      latin1: '\u0000ÿ\u0080',
      base64: 'AP+A',
      hex: '00ff80',
      bytes: [0, 255, 128],
      encoded: ['hi', 'hi'],
      entries: [
        ['b.bin', true, false],
        ['c.txt', true, false],
        ['d.txt', true, false],
        ['x', false, true],
      ],
      buffers: ['b.bin', 'c.txt', 'd.txt', 'x'],
      left: ['b.bin', 'c.txt', 'd.txt'],
    });
  });

  test("fails with Node's codes and messages", async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const errors = await page.evaluate(async () => {
      const { fs } = container;
      await fs.mkdir('dir/inner', { recursive: true });
      await fs.writeFile('file', '');
      return [
        await rejection(fs.readFile('missing.txt')),
        await rejection(fs.readFile('dir')),
        await rejection(fs.writeFile('no/file', 'x')),
        await rejection(fs.readdir('missing')),
        await rejection(fs.readdir('file')),
        await rejection(fs.mkdir('dir')),
        await rejection(fs.mkdir('file/x', { recursive: true })),
        await rejection(fs.rm('missing')),
        await rejection(fs.rm('dir')),
        await rejection(fs.rename('missing', 'other')),
        await rejection(fs.readFile('file', 'klingon' as 'utf8')),
      ];
    });
    expect(errors).toEqual([
      { code: 'ENOENT', message: "ENOENT: no such file or directory, open 'missing.txt'" },
      { code: 'EISDIR', message: 'EISDIR: illegal operation on a directory, read' },
      { code: 'ENOENT', message: "ENOENT: no such file or directory, open 'no/file'" },
      { code: 'ENOENT', message: "ENOENT: no such file or directory, scandir 'missing'" },
      { code: 'ENOTDIR', message: "ENOTDIR: not a directory, scandir 'file'" },
      { code: 'EEXIST', message: "EEXIST: file already exists, mkdir 'dir'" },
      { code: 'ENOTDIR', message: "ENOTDIR: not a directory, mkdir 'file/x'" },
      { code: 'ENOENT', message: "ENOENT: no such file or directory, lstat 'missing'" },
      { code: 'ERR_FS_EISDIR', message: 'Path is a directory: rm returned EISDIR (is a directory) dir' },
      { code: 'ENOENT', message: "ENOENT: no such file or directory, rename 'missing' -> 'other'" },
      { code: 'ERR_INVALID_ARG_VALUE', message: "The argument 'encoding' is invalid encoding. Received 'klingon'" },
    ]);
  });

  test('watches files and folders until closed', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    await page.evaluate(async () => {
      const { fs } = container;
      await fs.mkdir('dir/deep', { recursive: true });
      const seen: [string, string, string | number[]][] = [];
      Object.assign(globalThis, { seen });
      const flat = fs.watch('dir', (event, name) => seen.push(['flat', event, String(name)]));
      fs.watch('dir', { recursive: true }, (event, name) => seen.push(['recursive', event, String(name)]));
      fs.watch('dir', { encoding: 'buffer' as 'utf8' }, (event, name) => seen.push(['buffer', event, [...(name as Uint8Array)]]));
      // Reads on the same channel are answered after the watches began.
      await fs.readdir('dir');
      await fs.writeFile('dir/a', '1');
      await fs.writeFile('dir/deep/b', '2');
      await new Promise((resolve) => {
        const timer = setInterval(() => {
          if (!seen.some(([who, , name]) => who === 'recursive' && name === 'deep/b')) return;
          clearInterval(timer);
          resolve(undefined);
        }, 10);
      });
      flat.close();
      await fs.readdir('dir');
      await fs.rm('dir/a');
      await new Promise((resolve) => {
        const timer = setInterval(() => {
          if (seen.filter(([who, event, name]) => who === 'recursive' && event === 'rename' && name === 'a').length < 2) return;
          clearInterval(timer);
          resolve(undefined);
        }, 10);
      });
    });
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: [string, string, unknown][] }).seen);
    expect(seen).toContainEqual(['flat', 'rename', 'a']);
    expect(seen).toContainEqual(['flat', 'change', 'a']);
    expect(seen).toContainEqual(['buffer', 'rename', [97]]);
    expect(seen.filter(([who, event]) => who === 'flat' && event === 'rename')).toHaveLength(1);
    expect(seen.some(([who, , name]) => who === 'flat' && name === 'deep/b')).toBe(false);
  });
});

test.describe('mount', () => {
  test('takes trees with text, bytes, folders and symlinks, also at a mount point', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      await container.mount({
        'a.txt': { file: { contents: 'text' } },
        bytes: { file: { contents: Uint8Array.of(200, 0, 1) } },
        dir: { directory: { 'link.txt': { file: { symlink: '../a.txt' } } } },
      });
      await container.mount({ inner: { file: { contents: 'inside' } } }, { mountPoint: 'point/deep' });
      return [
        await container.fs.readFile('dir/link.txt', 'utf8'),
        [...(await container.fs.readFile('bytes'))],
        await container.fs.readFile('point/deep/inner', 'utf8'),
      ];
    });
    expect(result).toEqual(['text', [200, 0, 1], 'inside']);
  });

  test('takes snapshots of @webcontainer/snapshot', async ({ openClient }) => {
    const folder = mkdtempSync(join(tmpdir(), 'jampot-snapshot-'));
    mkdirSync(join(folder, 'src'));
    for (let i = 0; i < 20; i++) writeFileSync(join(folder, 'src', `file-${i}`), 'x'.repeat(i * 400));
    writeFileSync(join(folder, 'big'), Buffer.alloc(100_000, 7));
    const bytes = [...(await snapshot(folder))];
    rmSync(folder, { recursive: true });
    const page = await openClient();
    await boot(page);
    const sizes = await page.evaluate(async (data) => {
      await container.mount(Uint8Array.from(data));
      const names = await container.fs.readdir('src');
      return [
        names.length,
        (await container.fs.readFile('src/file-19')).length,
        (await container.fs.readFile('big')).every((byte) => byte === 7),
      ];
    }, bytes);
    expect(sizes).toEqual([20, 7600, true]);
  });

  test('refuses names that are paths', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const error = await page.evaluate(() => rejection(container.mount({ 'a/b': { file: { contents: '' } } })));
    expect(error).toEqual({ message: '"a/b" in "/" is no name of a file. Nest folders instead of writing paths.' });
  });
});

test.describe('spawn', () => {
  test('gives output and exit code of a program on a terminal', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => [
      await runCommand('sh', ['-c', 'echo "$GREETING"; echo wrong >&2; exit 3'], { env: { GREETING: 'grüße', N: 1, B: true } }),
      await runCommand('sh', ['-c', 'echo $N $B'], { env: { N: 1, B: true } }),
      await runCommand('true'),
    ]);
    expect(result).toEqual([
      { code: 3, output: 'grüße\r\nwrong\r\n' },
      { code: 0, output: '1 true\r\n' },
      { code: 0, output: '' },
    ]);
  });

  test('runs Node, with cwd and the size of the terminal', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      await container.fs.mkdir('sub');
      await container.fs.writeFile(
        'sub/main.js',
        'const { isTTY, columns, rows } = process.stdout; console.log(`${process.cwd()} ${isTTY} ${columns} ${rows}`); process.exit(4)',
      );
      return runCommand('node', ['main.js'], { cwd: 'sub', terminal: { cols: 100, rows: 30 } });
    });
    expect(result).toEqual({ code: 4, output: '/home/work/sub true 100 30\r\n' });
  });

  test('passes input through the line discipline', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      const process = await container.spawn('cat');
      let output = '';
      const reading = process.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
      const writer = process.input.getWriter();
      await writer.write('helloo\x7f\r');
      await writer.write('\x04');
      const code = await process.exit;
      await reading;
      return { code, output };
    });
    expect(result).toEqual({ code: 0, output: 'helloo\b \b\r\nhello\r\n' });
  });

  test('interrupts with Ctrl-C and reports the signal in the exit code', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      const process = await container.spawn('cat');
      const writer = process.input.getWriter();
      await writer.write('\x03');
      return process.exit;
    });
    expect(result).toBe(130);
  });

  test('kills a process that never ends', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      const process = await container.spawn('node', ['-e', 'console.log("on"); for (;;);']);
      const reader = process.output.getReader();
      await reader.read();
      process.kill();
      return process.exit;
    });
    expect(result).toBe(143);
  });

  test('tells programs of a resize', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const output = await page.evaluate(async () => {
      const script =
        'process.stdout.on("resize", () => { console.log(`${process.stdout.columns} ${process.stdout.rows}`); process.exit() }); console.log("on"); setInterval(() => {}, 1000)';
      const process = await container.spawn('node', ['-e', script], { terminal: { cols: 80, rows: 24 } });
      const reader = process.output.getReader();
      let text = (await reader.read()).value ?? '';
      process.resize({ cols: 132, rows: 50 });
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
      return text;
    });
    expect(output).toBe('on\r\n132 50\r\n');
  });

  test('fails for commands that do not exist', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const error = await page.evaluate(() => rejection(container.spawn('no-such-command')));
    expect(error).toEqual({ code: 'ENOENT', message: 'ENOENT: no such file or directory, spawn no-such-command' });
  });
});

test.describe('export', () => {
  test('gives a tree, a snapshot and a zip archive of the same files', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const result = await page.evaluate(async () => {
      await container.mount({
        site: {
          directory: {
            'index.html': { file: { contents: '<p>ü</p>'.repeat(100) } },
            'logo.bin': { file: { contents: Uint8Array.of(255, 0) } },
            link: { file: { symlink: 'index.html' } },
            empty: { directory: {} },
          },
        },
      });
      const tree = await container.export('site');
      const binary = await container.export('site', { format: 'binary' });
      const zip = await container.export('site', { format: 'zip' });
      await container.mount(binary.slice(), { mountPoint: 'copy' });
      const again = await container.export('copy', { format: 'json' });
      return {
        same: JSON.stringify(tree) === JSON.stringify(again),
        names: Object.keys(tree),
        logo: [...(await container.fs.readFile('copy/logo.bin'))],
        zip: [...zip],
      };
    });
    const archive = unzipSync(Uint8Array.from(result.zip));
    expect(result.same).toBe(true);
    expect(result.names).toEqual(['empty', 'index.html', 'link', 'logo.bin']);
    expect(result.logo).toEqual([255, 0]);
    expect(Object.keys(archive).sort()).toEqual(['empty/', 'index.html', 'link', 'logo.bin']);
    expect(new TextDecoder().decode(archive['index.html'])).toBe('<p>ü</p>'.repeat(100));
  });

  test('leaves out what is excluded, except what is included', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const names = await page.evaluate(async () => {
      const file = { file: { contents: '' } };
      await container.mount({
        'a.js': file,
        '.env': file,
        node_modules: { directory: { one: { directory: { 'index.js': file, 'keep.md': file } }, two: { directory: { 'x.js': file } } } },
      });
      const tree = await container.export('.', { excludes: ['node_modules', '.env'], includes: ['**/*.md'] });
      return JSON.stringify(tree);
    });
    expect(JSON.parse(names)).toEqual({
      'a.js': { file: { contents: '' } },
      node_modules: { directory: { one: { directory: { 'keep.md': { file: { contents: '' } } } } } },
    });
  });
});

test.describe('on', () => {
  test('tells of ports, and of xdg-open and code', async ({ openClient, previewOrigin, project }) => {
    const page = await openClient();
    await boot(page);
    const events = await page.evaluate(async () => {
      const events: unknown[] = [];
      container.on('port', (...args) => events.push(['port', ...args]));
      container.on('server-ready', (...args) => events.push(['server-ready', ...args]));
      container.on('xdg-open', (...args) => events.push(['xdg-open', ...args]));
      container.on('code', (...args) => events.push(['code', ...args]));
      const silent = container.on('port', () => events.push('unsubscribed listener'));
      silent();
      await container.fs.writeFile('server.js', 'require("http").createServer((q, r) => r.end("served")).listen(4321)');
      const server = await container.spawn('node', ['server.js']);
      await new Promise((resolve) => container.on('server-ready', resolve));
      server.kill();
      await server.exit;
      await runCommand('xdg-open', ['https://example.com/']);
      await runCommand('code', ['-g', 'a.js:3:7']);
      await runCommand('code', ['-d', 'a.js', 'b.js']);
      return events;
    });
    const url = previewOrigin(project, 4321);
    expect(events).toEqual([
      ['port', 4321, 'open', url],
      ['server-ready', 4321, url],
      ['port', 4321, 'close', url],
      ['xdg-open', 'https://example.com/'],
      ['code', 'open', { files: [{ filepath: '/home/work/a.js', line: 3, column: 7 }] }],
      ['code', 'diff', { files: [{ filepath: '/home/work/a.js' }, { filepath: '/home/work/b.js' }] }],
    ]);
  });
});

test.describe('setPreviewScript', () => {
  test('takes scripts and refuses what is none', async ({ openClient }) => {
    const page = await openClient();
    await boot(page);
    const results = await page.evaluate(async () => [
      await rejection(container.setPreviewScript('console.log(1)', { type: 'module', defer: true })),
      await rejection(container.setPreviewScript(1 as unknown as string)),
    ]);
    expect(results).toEqual([
      'fulfilled',
      { code: 'ERR_INVALID_ARG_TYPE', message: 'The "scriptSrc" argument must be a string. Received number' },
    ]);
  });
});

test.describe('crossOriginIsolated', () => {
  test('is checked before anything is started', async ({ openClient }) => {
    const page = await openClient({ coep: 'none' });
    const message = await page.evaluate(() =>
      webcontainer.WebContainer.boot({ coep: 'none' }).then(String, (error: Error) => error.message),
    );
    expect(message).toContain('not cross-origin isolated');
  });
});
