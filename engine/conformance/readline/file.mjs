import { open } from 'node:fs/promises';
const file = await open(new URL('fixtures/lines.txt', import.meta.url));
for await (const line of file.readLines()) console.log(line);
