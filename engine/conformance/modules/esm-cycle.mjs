import { b, readA } from './fixtures/cycle-b.mjs'; export function hoisted() { return 'hoisted'; } export const a = 'a'; console.log(b, readA());
