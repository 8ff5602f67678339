import { later } from './fixtures/tdz-b.mjs'; export const early = 'early'; console.log(later());
