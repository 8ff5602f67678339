import type { Volume } from './volume.ts';
export function repairVolume(_volume: Volume): void { throw new Error('repairVolume is not there yet'); }
export function repairFileSystem(_memory: SharedArrayBuffer): void { throw new Error('repairFileSystem is not there yet'); }
export function checkFileSystem(_memory: SharedArrayBuffer): string[] { throw new Error('checkFileSystem is not there yet'); }
