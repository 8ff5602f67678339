/**
 * Character devices, by Linux's numbers (Documentation/admin-guide/devices.txt). The kernel makes their nodes in /dev at boot; opening one, by whatever path, gives
 * a descriptor of the system instead of one of a file.
 */
import { EIO } from './errno.ts';

export const DEVICE = {
  NULL: 0x0103,
  ZERO: 0x0105,
  FULL: 0x0107,
  RANDOM: 0x0108,
  URANDOM: 0x0109,
  TTY: 0x0500,
  /** Stand for a descriptor of whoever opens them; numbers are the engine's own. */
  STDIN: 0xf0_00,
  STDOUT: 0xf0_01,
  STDERR: 0xf0_02,
} as const;

/** Path and device number of every node. */
export const DEVICE_NODES: readonly (readonly [string, number])[] = [
  ['/dev/null', DEVICE.NULL],
  ['/dev/zero', DEVICE.ZERO],
  ['/dev/full', DEVICE.FULL],
  ['/dev/random', DEVICE.RANDOM],
  ['/dev/urandom', DEVICE.URANDOM],
  ['/dev/tty', DEVICE.TTY],
  ['/dev/stdin', DEVICE.STDIN],
  ['/dev/stdout', DEVICE.STDOUT],
  ['/dev/stderr', DEVICE.STDERR],
];

/** Web Crypto gives at most this many random bytes a call. */
const RANDOM_CHUNK = 65_536;

/** The descriptor that a path like `/dev/fd/3` or `/proc/self/fd/3` names, or -1. */
export function namedDescriptor(path: string): number {
  const match = /^\/(?:dev|proc\/self)\/+fd\/+(\d+)$/.exec(path);
  return match === null ? -1 : Number(match[1]);
}

export function readDevice(device: number, target: Uint8Array): number {
  switch (device) {
    case DEVICE.NULL:
      return 0;
    case DEVICE.ZERO:
    case DEVICE.FULL:
      target.fill(0);
      return target.length;
    case DEVICE.RANDOM:
    case DEVICE.URANDOM: {
      const scratch = new Uint8Array(Math.min(target.length, RANDOM_CHUNK));
      for (let at = 0; at < target.length; at += scratch.length) {
        crypto.getRandomValues(scratch);
        target.set(scratch.subarray(0, target.length - at), at);
      }
      return target.length;
    }
    default:
      return -EIO;
  }
}
