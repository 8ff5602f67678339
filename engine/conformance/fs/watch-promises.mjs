import { watch, mkdtemp, writeFile, rm } from 'node:fs/promises'; import { tmpdir } from 'node:os'; import { join } from 'node:path';
const dir = await mkdtemp(join(tmpdir(), 'wp-')); const controller = new AbortController(); setTimeout(() => writeFile(join(dir, 'f'), 'x'), 50);
try { for await (const { filename } of watch(dir, { signal: controller.signal })) { console.log(filename); controller.abort(); } } catch (error) { console.log(error.name); } await rm(dir, { recursive: true });
