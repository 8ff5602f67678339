import { nothing } from './fixtures/live.mjs';
