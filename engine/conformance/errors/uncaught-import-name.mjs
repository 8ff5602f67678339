import { nothingSuch } from 'node:fs';
console.log(nothingSuch);
