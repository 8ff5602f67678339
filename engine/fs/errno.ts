/** Linux errno values as the file system returns them: negative. */
export const EPERM = -1;
export const ENOENT = -2;
export const EBADF = -9;
export const EACCES = -13;
export const EBUSY = -16;
export const EEXIST = -17;
export const ENOTDIR = -20;
export const EISDIR = -21;
export const EINVAL = -22;
export const EFBIG = -27;
export const ENOSPC = -28;
export const EMLINK = -31;
export const ENAMETOOLONG = -36;
export const ENOTEMPTY = -39;
export const ELOOP = -40;
export const EOPNOTSUPP = -95;
