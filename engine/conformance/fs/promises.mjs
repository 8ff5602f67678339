import * as fs from 'node:fs/promises'; import { constants } from 'node:fs'; import { tmpdir } from 'node:os'; import { join } from 'node:path';
const dir = await fs.mkdtemp(join(tmpdir(), 'p-')); const at = (name) => join(dir, name);
await fs.writeFile(at('a'), ['x', 'y']); await fs.appendFile(at('a'), 'z'); console.log(await fs.readFile(at('a'), 'utf8'), (await fs.stat(at('a'))).size);
await fs.mkdir(at('d/e'), { recursive: true }); await fs.cp(at('d'), at('copy'), { recursive: true }); console.log((await fs.readdir(dir)).sort(), (await fs.readdir(dir, { withFileTypes: true, recursive: true })).map((e) => `${e.parentPath.slice(dir.length)}/${e.name}`).sort());
await fs.symlink('a', at('link')); console.log(await fs.readlink(at('link')), (await fs.lstat(at('link'))).isSymbolicLink(), (await fs.realpath(at('link'))) === at('a'));
for (const attempt of [() => fs.readFile(at('none')), () => fs.rmdir(at('d')), () => fs.access(at('a'), constants.X_OK), () => fs.mkdir(at('d')), () => fs.open(at('none'))]) await attempt().then(console.log, (error) => console.log(error.code, error.syscall, error.message.replaceAll(dir, 'DIR')));
for await (const entry of await fs.opendir(at('d'))) console.log(entry.name); console.log(await Array.fromAsync(fs.glob('**/e', { cwd: dir })));
await fs.rm(dir, { recursive: true, force: true }); console.log(await fs.stat(dir).catch((error) => error.code));
