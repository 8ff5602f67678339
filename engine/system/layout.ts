/**
 * Layout of the control memory: one SharedArrayBuffer with everything that threads share besides files.
 * Offsets ending in `_AT` are bytes from the start; fields are indices of 32-bit words within their record.
 *
 * ```
 * HEADER     64 words        lock, free lists, counters, bitmaps (256 bits = 8 words, bit n = slot n)
 * SLOTS      256 × 16 words  one per thread; slot 0 is the kernel
 * PROCESSES  256 × 32 words  index 0 is the kernel itself (pid 1)
 * CWDS       256 × 4 KB      UTF-8 bytes of each process's current directory
 * FD TABLES  256 × 1024 words  per process: 0 closed, else number of an open file description + 1
 * OPEN FILES 16384 × 16 words  open file descriptions: kind, references, flags, offset, inode, rings, addresses
 * RINGS      1024 × 32 words   head, tail, ends, interest bitmaps
 * LISTENERS  128 × 192 words   address, interest bitmap, queue of accepted open files
 * PATHS      128 × 1 KB        path of each unix listener
 * TTYS       64 × 32 words
 * MAILBOXES  256 × 256 KB      one per slot: a request to the kernel (JSON), then its answer
 * RING DATA  1024 × 64 KB
 * ```
 * Pages that nobody touched cost no memory; free rings are reused last-in first-out, so few of the 1024 are ever touched.
 *
 * One lock guards all records. It is held for microseconds (at most one 64 KB copy) and never while files are read or written.
 * Lock order: control, then files. Words that are waited on (WAKE, LOCK) and bitmaps are only touched by Atomics.
 */

export const MAX_SLOTS = 256;
export const MAX_PROCESSES = 256;
/** Index of no process: its descriptor table stays empty. Threads that serve nobody have it. */
export const NO_PROCESS = MAX_PROCESSES - 1;
export const MAX_FDS = 1024;
export const MAX_OPEN_FILES = 16_384;
export const MAX_RINGS = 1024;
export const MAX_LISTENERS = 128;
export const MAX_TTYS = 64;
export const RING_BYTES = 65_536;
export const MAILBOX_BYTES = 262_144;
export const CWD_BYTES = 4096;
export const UNIX_PATH_BYTES = 1024;
/** Connections that wait for accept, per listener, whatever backlog was asked for. */
export const MAX_BACKLOG = 128;
/** Writes up to this many bytes go into a pipe whole or not at all (POSIX PIPE_BUF). */
export const PIPE_BUF = 4096;

export const BITMAP_WORDS = MAX_SLOTS / 32;

export const HEADER_WORDS = 64;
export const SLOT_WORDS = 16;
export const PROCESS_WORDS = 32;
export const OPEN_FILE_WORDS = 16;
export const RING_WORDS = 32;
export const LISTENER_WORDS = 192;
export const TTY_WORDS = 32;

export const SLOTS_AT = HEADER_WORDS * 4;
export const PROCESSES_AT = SLOTS_AT + MAX_SLOTS * SLOT_WORDS * 4;
export const CWDS_AT = PROCESSES_AT + MAX_PROCESSES * PROCESS_WORDS * 4;
export const FD_TABLES_AT = CWDS_AT + MAX_PROCESSES * CWD_BYTES;
export const OPEN_FILES_AT = FD_TABLES_AT + MAX_PROCESSES * MAX_FDS * 4;
export const RINGS_AT = OPEN_FILES_AT + MAX_OPEN_FILES * OPEN_FILE_WORDS * 4;
export const LISTENERS_AT = RINGS_AT + MAX_RINGS * RING_WORDS * 4;
export const PATHS_AT = LISTENERS_AT + MAX_LISTENERS * LISTENER_WORDS * 4;
export const TTYS_AT = PATHS_AT + MAX_LISTENERS * UNIX_PATH_BYTES;
export const MAILBOXES_AT = TTYS_AT + MAX_TTYS * TTY_WORDS * 4;
export const RING_DATA_AT = MAILBOXES_AT + MAX_SLOTS * MAILBOX_BYTES;
export const CONTROL_BYTES = RING_DATA_AT + MAX_RINGS * RING_BYTES;

export const MAGIC = 0x4a_50_43_31; // 'JPC1'

/** Words of the header. */
export const HEADER = {
  MAGIC: 0,
  /** 0 free, else owner's slot + 1, with LOCK_WAITERS when somebody may wait. */
  LOCK: 1,
  /** Head of the free list + 1 (0: none) of records that were used before; and how many were ever used. */
  FREE_OPEN_FILE: 2,
  USED_OPEN_FILES: 3,
  FREE_RING: 4,
  USED_RINGS: 5,
  NEXT_PORT: 6,
  /** Grows whenever a listener opens or closes; the kernel compares. */
  PORTS_SEQUENCE: 7,
  /** Never notified: a thread that is being killed waits here for its end. */
  PARK: 8,
  NEXT_PID: 9,
  /** Counts everything that the kernel's `processes` view depends on being reaped. */
  REAPED: 10,
  /** Two words: a double, when the engine began, in milliseconds since the epoch. */
  BOOTED: 12,
  FILE_INTEREST: 16,
  KERNEL_REQUESTS: 24,
} as const;

export const LOCK_WAITERS = 0x1_0000;

/** Words of a thread's slot. */
export const SLOT = {
  WAKE: 0,
  /** Incarnations up to this one are to stop. */
  KILL: 1,
  STATE: 2,
  PROCESS: 3,
  MAIL_STATE: 4,
  MAIL_LENGTH: 5,
} as const;

export const SLOT_FREE = 0;
export const SLOT_IDLE = 1;
export const SLOT_RUNNING = 2;
/** Its worker was terminated: whatever lock it holds may be taken from it. */
export const SLOT_DEAD = 3;

export const MAIL_IDLE = 0;
export const MAIL_REQUEST = 1;
export const MAIL_ANSWER = 2;

/** Words of a process. Signal masks are pairs of words: signals 1–32, 33–64. */
export const PROCESS = {
  STATE: 0,
  PID: 1,
  PPID: 2,
  GROUP: 3,
  SESSION: 4,
  UMASK: 5,
  CODE: 6,
  SIGNAL: 7,
  PENDING: 8,
  HANDLED: 10,
  IGNORED: 12,
  /** Controlling terminal + 1. */
  TTY: 14,
  CWD_LENGTH: 15,
  MAIN_SLOT: 16,
  CWD_SEQUENCE: 17,
  /** Niceness, -20 to 19. */
  NICE: 18,
} as const;

export const PROCESS_FREE = 0;
export const PROCESS_RUNNING = 1;
export const PROCESS_ZOMBIE = 2;

export const KIND = { FREE: 0, FILE: 1, DIRECTORY: 2, PIPE: 3, SOCKET: 4, LISTENER: 5, TTY: 6, DEVICE: 7, PASSED: 8 } as const;

/** Words of an open file description. OFFSET and INODE are 64-bit floats (two words, 8-byte aligned). */
export const OPEN_FILE = {
  KIND: 0,
  REFERENCES: 1,
  FLAGS: 2,
  /** Ring that is read, + 1 (pipe, socket); listener, tty or device number. */
  A: 3,
  /** Ring that is written, + 1 (pipe, socket). */
  B: 4,
  LOCAL_PORT: 5,
  REMOTE_PORT: 6,
  HOST: 7,
  OFFSET: 8,
  INODE: 10,
  /** Listener + 1 whose unix path is the address of a connected socket's server side; 0 for others. */
  UNIX: 12,
  NEXT: 13,
  /** The next description + 1 of a list of descriptors that are being passed. */
  LINK: 14,
} as const;

export const RING = {
  /** Bytes ever read and written, modulo 2^32. */
  HEAD: 0,
  TAIL: 1,
  READERS: 2,
  WRITERS: 3,
  NEXT: 4,
  /** 1: the writing side was reset; who reads is told so once. */
  RESET: 5,
  /** First description + 1 of the descriptors that are passed through it (passed-descriptors.ts). */
  PASSED: 6,
  READ_INTEREST: 8,
  WRITE_INTEREST: 16,
} as const;

export const LISTENER = {
  /** 0 free, 1 tcp, 2 unix. */
  STATE: 0,
  PORT: 1,
  HOST: 2,
  BACKLOG: 3,
  HEAD: 4,
  TAIL: 5,
  PATH_LENGTH: 6,
  PID: 7,
  INTEREST: 8,
  QUEUE: 32,
} as const;

export const TTY = {
  /** 0 free, 1 open, 2 hung up. */
  STATE: 0,
  /** Rings + 0: what programs read (records, see ttys.ts) and what they write. */
  INPUT: 1,
  OUTPUT: 2,
  /** 0 normal, 1 raw, 2 io. */
  MODE: 3,
  COLUMNS: 4,
  ROWS: 5,
  FOREGROUND: 6,
  SESSION: 7,
  /** Bytes left of the record that is being read, and whether it is a line. */
  LEFT: 8,
  IS_LINE: 9,
  /** Open file descriptions of this terminal. */
  REFERENCES: 10,
} as const;
