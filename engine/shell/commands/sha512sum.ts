import { digestCommand } from '../command/digest.ts';

export const sha512sum = digestCommand('sha512sum');
