import type { Program } from '../system/types.ts';
import { base64 } from './commands/base64.ts';
import { basename } from './commands/basename.ts';
import { cat } from './commands/cat.ts';
import { chmod } from './commands/chmod.ts';
import { clear } from './commands/clear.ts';
import { cp } from './commands/cp.ts';
import { cut } from './commands/cut.ts';
import { date } from './commands/date.ts';
import { df } from './commands/df.ts';
import { diff } from './commands/diff.ts';
import { dirname } from './commands/dirname.ts';
import { du } from './commands/du.ts';
import { echo } from './commands/echo.ts';
import { env } from './commands/env.ts';
import { falseCommand } from './commands/false.ts';
import { find } from './commands/find.ts';
import { grep, egrep, fgrep } from './commands/grep.ts';
import { head } from './commands/head.ts';
import { hostname } from './commands/hostname.ts';
import { id } from './commands/id.ts';
import { kill } from './commands/kill.ts';
import { ln } from './commands/ln.ts';
import { ls } from './commands/ls.ts';
import { md5sum } from './commands/md5sum.ts';
import { mkdir } from './commands/mkdir.ts';
import { mv } from './commands/mv.ts';
import { nproc } from './commands/nproc.ts';
import { printenv } from './commands/printenv.ts';
import { printf } from './commands/printf.ts';
import { ps } from './commands/ps.ts';
import { pwd } from './commands/pwd.ts';
import { readlink } from './commands/readlink.ts';
import { realpath } from './commands/realpath.ts';
import { rm } from './commands/rm.ts';
import { rmdir } from './commands/rmdir.ts';
import { sed } from './commands/sed.ts';
import { seq } from './commands/seq.ts';
import { sh } from './commands/sh.ts';
import { sha1sum } from './commands/sha1sum.ts';
import { sha256sum } from './commands/sha256sum.ts';
import { sha512sum } from './commands/sha512sum.ts';
import { sleep } from './commands/sleep.ts';
import { sort } from './commands/sort.ts';
import { stat } from './commands/stat.ts';
import { tail } from './commands/tail.ts';
import { tee } from './commands/tee.ts';
import { test, bracket } from './commands/test.ts';
import { touch } from './commands/touch.ts';
import { tr } from './commands/tr.ts';
import { tree } from './commands/tree.ts';
import { trueCommand } from './commands/true.ts';
import { uname } from './commands/uname.ts';
import { uniq } from './commands/uniq.ts';
import { wc } from './commands/wc.ts';
import { which } from './commands/which.ts';
import { whoami } from './commands/whoami.ts';
import { xargs } from './commands/xargs.ts';
import { xxd } from './commands/xxd.ts';
import { yes } from './commands/yes.ts';

/** The shell and its commands by name: the kernel makes an executable file of each. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['[', bracket],
  ['base64', base64],
  ['basename', basename],
  ['bash', sh],
  ['cat', cat],
  ['chmod', chmod],
  ['clear', clear],
  ['cp', cp],
  ['cut', cut],
  ['date', date],
  ['df', df],
  ['diff', diff],
  ['dirname', dirname],
  ['du', du],
  ['echo', echo],
  ['egrep', egrep],
  ['env', env],
  ['false', falseCommand],
  ['fgrep', fgrep],
  ['find', find],
  ['grep', grep],
  ['head', head],
  ['hostname', hostname],
  ['id', id],
  ['kill', kill],
  ['ln', ln],
  ['ls', ls],
  ['md5sum', md5sum],
  ['mkdir', mkdir],
  ['mv', mv],
  ['nproc', nproc],
  ['printenv', printenv],
  ['printf', printf],
  ['ps', ps],
  ['pwd', pwd],
  ['readlink', readlink],
  ['realpath', realpath],
  ['rm', rm],
  ['rmdir', rmdir],
  ['sed', sed],
  ['seq', seq],
  ['sh', sh],
  ['sha1sum', sha1sum],
  ['sha256sum', sha256sum],
  ['sha512sum', sha512sum],
  ['sleep', sleep],
  ['sort', sort],
  ['stat', stat],
  ['tail', tail],
  ['tee', tee],
  ['test', test],
  ['touch', touch],
  ['tr', tr],
  ['tree', tree],
  ['true', trueCommand],
  ['uname', uname],
  ['uniq', uniq],
  ['wc', wc],
  ['which', which],
  ['whoami', whoami],
  ['xargs', xargs],
  ['xxd', xxd],
  ['yes', yes],
]);
