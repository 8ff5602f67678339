import type { System } from '../../system/types.ts';
import { encode } from '../codec.ts';
import { EBADF, EEXIST, EISDIR, ENOENT, ENOTDIR, strerror } from '../errno.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../open-flags.ts';
import { ShellError } from './control.ts';

/** A redirect whose words are expanded. */
export interface ResolvedRedirect {
  readonly fd: number;
  readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<<';
  /** Path, descriptor number, `-`, or the text of a here-document. */
  readonly target: string;
}

/** Descriptor `fd` becomes `source` (-1: closed). `opened`: the source was opened for this and is closed after use. */
export interface RedirectAction {
  readonly fd: number;
  readonly source: number;
  readonly opened: boolean;
}

/** Pipes hold at least this many bytes (POSIX PIPE_BUF on Linux), so writing it before there is a reader does not block. */
const PIPE_BYTES = 4096;

function hereDocument(system: System, text: string, temporary: string): number {
  const bytes = encode(text);
  if (bytes.length <= PIPE_BYTES) {
    const pipe = system.pipe();
    if (typeof pipe === 'number') throw new ShellError(`here-document: ${strerror(pipe)}`);
    system.writeBlocking(pipe[1], bytes);
    system.close(pipe[1]);
    return pipe[0];
  }
  for (let attempt = 0; ; attempt++) {
    const path = `${temporary}/sh-${system.pid}-${attempt}`;
    const fd = system.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
    if (fd === -EEXIST) continue;
    if (fd < 0) throw new ShellError(`here-document: ${path}: ${strerror(fd)}`);
    const written = system.writeBlocking(fd, bytes);
    if (written < 0) throw new ShellError(`here-document: ${path}: ${strerror(written)}`);
    system.seek(fd, 0, 0);
    system.files.unlink(path);
    return fd;
  }
}

function openFailed(path: string, creating: boolean, result: number): never {
  if (creating)
    throw new ShellError(
      `cannot create ${path}: ${result === -ENOENT || result === -ENOTDIR ? 'Directory nonexistent' : strerror(result)}`,
    );
  throw new ShellError(`cannot open ${path}: ${result === -ENOENT ? 'No such file' : strerror(result)}`);
}

/**
 * Opens what a redirect names. `current` maps the descriptors that the command sees to this process's own. Throws ShellError.
 */
export function openRedirect(
  system: System,
  redirect: ResolvedRedirect,
  current: (fd: number) => number,
  settings: { readonly noclobber: boolean; readonly temporary: string },
): RedirectAction[] {
  const { fd, operator, target } = redirect;
  const open = (flags: number): number => {
    if (target === '')
      throw new ShellError(`cannot ${flags & O_CREAT ? 'create' : 'open'} : ${flags & O_CREAT ? 'Directory nonexistent' : 'No such file'}`);
    const path = system.resolve(target);
    if (flags & O_CREAT && settings.noclobber && operator === '>' && system.files.kind(path) === 0)
      throw new ShellError(`cannot create ${target}: File exists`);
    const result = system.open(path, flags, 0o666);
    if (result < 0) openFailed(target, (flags & O_CREAT) !== 0 || result === -EISDIR, result);
    return result;
  };
  switch (operator) {
    case '<':
      return [{ fd, source: open(O_RDONLY), opened: true }];
    case '>':
    case '>|':
      return [{ fd, source: open(O_WRONLY | O_CREAT | O_TRUNC), opened: true }];
    case '>>':
      return [{ fd, source: open(O_WRONLY | O_CREAT | O_APPEND), opened: true }];
    case '<>':
      return [{ fd, source: open(O_RDWR | O_CREAT), opened: true }];
    case '<<':
    case '<<<':
      return [{ fd, source: hereDocument(system, target, settings.temporary), opened: true }];
    case '&>':
    case '&>>': {
      const source = open(O_WRONLY | O_CREAT | (operator === '&>' ? O_TRUNC : O_APPEND));
      return [
        { fd: 1, source, opened: true },
        { fd: 2, source, opened: false },
      ];
    }
    case '<&':
    case '>&': {
      if (target === '-') return [{ fd, source: -1, opened: false }];
      if (!/^\d+$/.test(target)) {
        if (operator === '>&' && fd === 1) {
          const source = open(O_WRONLY | O_CREAT | O_TRUNC);
          return [
            { fd: 1, source, opened: true },
            { fd: 2, source, opened: false },
          ];
        }
        throw new ShellError(`Bad fd number`);
      }
      const source = current(Number(target));
      const kind = source < 0 ? -EBADF : system.kind(source);
      if (typeof kind === 'number') throw new ShellError(`${target}: ${strerror(-EBADF)}`);
      return [{ fd, source, opened: false }];
    }
  }
}
