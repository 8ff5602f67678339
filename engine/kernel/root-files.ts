/** The tree that exists before anything is mounted: folders, devices, files about the system, and the engine's programs as executable files. */
import type { FileSystem } from '../fs/types.ts';
import { EEXIST } from '../system/errno.ts';
import { HOST_NAME, USER } from '../system/identity.ts';
import { DEVICE_NODES } from '../system/devices.ts';
import { programFile } from './executables.ts';

const S_IFCHR = 0o020000;

const FOLDERS: readonly (readonly [string, number])[] = [
  ['/dev', 0o755],
  ['/etc', 0o755],
  ['/home', 0o755],
  ['/proc', 0o555],
  ['/proc/sys', 0o555],
  ['/proc/sys/kernel', 0o555],
  ['/tmp', 0o1777],
  ['/usr', 0o755],
  ['/usr/bin', 0o755],
  ['/usr/lib', 0o755],
  ['/usr/local', 0o755],
  ['/usr/local/bin', 0o755],
  ['/usr/local/lib', 0o755],
  ['/var', 0o755],
  ['/var/tmp', 0o1777],
];

/** Written where they are missing: who changes them keeps the change. */
const FILES: readonly (readonly [string, string])[] = [
  ['/etc/passwd', `${USER.name}:x:${USER.uid}:${USER.gid}:${USER.name}:${USER.home}:${USER.shell}\n`],
  ['/etc/group', `${USER.name}:x:${USER.gid}:\n`],
  ['/etc/hostname', `${HOST_NAME}\n`],
  ['/proc/sys/kernel/hostname', `${HOST_NAME}\n`],
  ['/etc/hosts', `127.0.0.1\t${HOST_NAME}\n::1\t${HOST_NAME}\n`],
  ['/etc/os-release', 'PRETTY_NAME="Jampot"\nNAME="Jampot"\nID=jampot\n'],
];

/** Programs that live in /usr/local/bin, as a Node installation puts them; all others are in /usr/bin (and /bin, which is a link to it). */
const LOCAL_PROGRAMS = new Set(['node', 'npm', 'npx']);

export const PATH = '/usr/local/bin:/usr/bin:/bin';

/** Makes what is missing of the tree. @throws when the file system refuses (it is full). */
export function createRootFiles(files: FileSystem, workdir: string, programs: Iterable<string>): void {
  const check = (what: string, result: number): void => {
    if (result < 0 && result !== -EEXIST) throw new Error(`The engine could not create ${what}: errno ${-result}.`);
  };
  for (const [path, mode] of FOLDERS) check(path, files.mkdir(path, mode));
  check('/bin', files.symlink('usr/bin', '/bin'));
  check(workdir, files.mkdir(workdir, 0o755));
  for (const [path, device] of DEVICE_NODES) check(path, files.mknod(path, S_IFCHR | 0o666, device));
  const encoder = new TextEncoder();
  for (const [path, text] of FILES) {
    if (files.kind(path) < 0) check(path, files.writeFile(path, encoder.encode(text), 0o644));
  }
  for (const name of new Set(['node', ...programs])) {
    const path = `${LOCAL_PROGRAMS.has(name) ? '/usr/local/bin' : '/usr/bin'}/${name}`;
    check(path, files.writeFile(path, encoder.encode(programFile(name)), 0o755));
  }
}
