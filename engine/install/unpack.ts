/** Writes a package's tarball into a folder as npm does: first path segment dropped, links left out, sane modes. */
import type { Disk } from './disk.ts';
import { InstallError, messageOf } from './errors.ts';
import { gunzip } from './gunzip.ts';
import { dirname } from './paths.ts';
import { readTar } from './tar.ts';

/** Files are readable by all and writable by the owner at least, and never writable by others: (mode | 0666) & ~022. */
function modeOf(mode: number): number {
  return ((mode & 0o777) | 0o666) & ~0o022;
}

/** Unpacks into `folder`, which is made. `what` names the package in errors. Returns the number of files. */
export async function unpackPackage(disk: Disk, tarball: Uint8Array<ArrayBuffer>, folder: string, what: string): Promise<number> {
  let archive: Uint8Array<ArrayBuffer>;
  try {
    archive = await gunzip(tarball);
  } catch (error) {
    throw new InstallError('TAR_BAD_ARCHIVE', `${what}: the package cannot be unpacked: ${messageOf(error)}`, { cause: error });
  }
  return writeArchive(disk, archive, folder, what);
}

function writeArchive(disk: Disk, archive: Uint8Array<ArrayBuffer>, folder: string, what: string): number {
  disk.mkdir(folder);
  const made = new Set([folder]);
  const ignoreFiles = new Set<string>();
  let files = 0;
  for (const entry of readTar(archive)) {
    if (entry.type !== 'file') continue;
    const segments = entry.path.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..')) {
      throw new InstallError(
        'EBADTAR',
        `${what}: the package holds the path "${entry.path}", which leads out of its folder. Nothing of it was installed.`,
      );
    }
    let path = segments.slice(1).join('/');
    if (path === '') continue;
    const name = segments.at(-1);
    if (name === '.npmignore') ignoreFiles.add(path);
    else if (name === '.gitignore') {
      path = `${path.slice(0, -'.gitignore'.length)}.npmignore`;
      if (ignoreFiles.has(path)) continue;
    }
    const target = `${folder}/${path}`;
    const directory = dirname(target);
    if (!made.has(directory)) {
      disk.mkdir(directory);
      made.add(directory);
    }
    disk.write(target, entry.data, modeOf(entry.mode));
    files++;
  }
  return files;
}
