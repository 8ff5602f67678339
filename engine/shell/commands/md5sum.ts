import { digestCommand } from '../command/digest.ts';

export const md5sum = digestCommand('md5sum');
