import mapped, { named } from 'mapped'; import one from 'mapped/feature/one'; import { createRequire } from 'node:module';
console.log(mapped, named, one, createRequire(import.meta.url)('mapped'), import.meta.resolve('mapped').split('/').slice(-2));
for (const name of ['mapped/private/x', 'mapped/none', 'mapped/feature/none', '#nope', 'none', './none.mjs', 'mapped/features/one.js', 'https://example.com/a.js', 'bad%2fname', './fixtures']) await import(name).catch((error) => console.log(error.name, error.code, error.message.split('\n')[0]));
