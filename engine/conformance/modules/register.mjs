import { register } from 'node:module'; register('./fixtures/hooks.mjs', import.meta.url); console.log((await import('hooked:thing')).default);
