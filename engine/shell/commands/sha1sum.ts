import { digestCommand } from '../command/digest.ts';

export const sha1sum = digestCommand('sha1sum');
