import { digestCommand } from '../command/digest.ts';

export const sha256sum = digestCommand('sha256sum');
