/** What the machine says of itself: to Node's `os`, to `uname`, and in the files of /etc. */

export const HOST_NAME = 'localhost';
/** uname(2): a Linux old enough that nobody expects calls of it that are not there. */
export const KERNEL_NAME = 'Linux';
export const KERNEL_RELEASE = '6.1.0';
export const KERNEL_VERSION = '#1 SMP';
export const MACHINE = 'x86_64';

/** The one user there is, as in a container. */
export const USER = { name: 'root', uid: 0, gid: 0, home: '/home', shell: '/bin/sh' } as const;
