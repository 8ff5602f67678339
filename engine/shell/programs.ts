import type { ProgramName } from '../system/program-names.ts';
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

/** The shell and its commands by name. */
export const programs = {
  '[': bracket,
  base64,
  basename,
  bash: sh,
  cat,
  chmod,
  clear,
  cp,
  cut,
  date,
  df,
  diff,
  dirname,
  du,
  echo,
  egrep,
  env,
  false: falseCommand,
  fgrep,
  find,
  grep,
  head,
  hostname,
  id,
  kill,
  ln,
  ls,
  md5sum,
  mkdir,
  mv,
  nproc,
  printenv,
  printf,
  ps,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  sed,
  seq,
  sh,
  sha1sum,
  sha256sum,
  sha512sum,
  sleep,
  sort,
  stat,
  tail,
  tee,
  test,
  touch,
  tr,
  tree,
  true: trueCommand,
  uname,
  uniq,
  wc,
  which,
  whoami,
  xargs,
  xxd,
  yes,
} satisfies Partial<Record<ProgramName, Program>>;
