/**
 * How the shared memory is laid out. Everything is counted in blocks of 1 KiB from the start of
 * the memory; block 0 is the header, so block number 0 means "none" everywhere.
 *
 *   ┌──────────────┬──────────────┬──────────────┬─────────┬─────────────┬──────────────────────┐
 *   │ header 16 KiB│ change index │ change names │ bitmap  │ inode table │ data blocks …        │
 *   │ counters,    │ ring, 24 B   │ ring, bytes  │ 1 bit a │ 128 B an    │ file extents,        │
 *   │ lock, slots  │ an entry     │              │ block   │ inode       │ directories, extents │
 *   └──────────────┴──────────────┴──────────────┴─────────┴─────────────┴──────────────────────┘
 *
 * Who may write what
 *   LOCK        one futex for all writers (lock.ts). Whoever holds it may write anything below.
 *   inode SEQ   odd while its holder changes the inode, its data or its directory table. Readers
 *               take no lock: read SEQ (even), copy, fence, read SEQ again, retry if it moved.
 *   STRUCTURE   odd while a directory or a symlink is removed or moved, or a name moves to
 *               another directory. A path walk is valid if STRUCTURE did not move during it.
 *   Lock order  LOCK, then STRUCTURE, then any number of inode SEQs. Nothing sleeps inside.
 *
 * A file's data
 *   up to two extents {logical block, first block, count} lie in the inode; with more, all move to
 *   a table of their own. Extents are sorted by logical block and do not overlap; gaps are holes.
 *   Bytes past SIZE in a file's blocks are undefined: whoever grows SIZE clears them.
 *
 * A directory's table: one run of blocks
 *   ┌───────────────────────────┬──────────────────────────────────────┬───────────────┐
 *   │ index: 2 × capacity words │ entries: capacity × 4 words          │ names         │
 *   │ 0 empty, -1 removed,      │ hash, inode (0: removed),            │ UTF-8 bytes,  │
 *   │ else entry number + 1     │ name offset, length | flags | type   │ back to back  │
 *   └───────────────────────────┴──────────────────────────────────────┴───────────────┘
 *   Entries are only appended, so they keep the order of creation; a full table is rebuilt.
 */

export const BLOCK_SHIFT = 10;
export const BLOCK_SIZE = 1 << BLOCK_SHIFT;
export const BLOCK_WORDS = BLOCK_SIZE >> 2;
/** What `stat` reports, as tmpfs does. */
export const REPORTED_BLOCK_SIZE = 4096;

export const MAGIC = 0x4a504653;
export const VERSION = 1;

// -- header: word numbers --------------------------------------------------------------------------
export const H_MAGIC = 0;
export const H_VERSION = 1;
export const H_BLOCKS = 2;
export const H_FREE_BLOCKS = 3;
/** First block that was never used: memory beyond it is untouched. */
export const H_HIGH_BLOCK = 4;
/** Where the next search for free blocks starts. */
export const H_CURSOR = 5;
/** Length of the shortest run that was searched in vain since blocks were last freed. */
export const H_FAILED_RUN = 6;
export const H_BITMAP_BLOCK = 7;
export const H_INODE_BLOCK = 8;
export const H_DATA_BLOCK = 9;
export const H_INODES = 10;
export const H_FREE_INODES = 11;
/** First inode that was never used. */
export const H_HIGH_INODE = 12;
/** Freed inodes wait in a queue, oldest first, so that numbers come back late. */
export const H_FREE_INODE_HEAD = 13;
export const H_FREE_INODE_TAIL = 14;
export const H_FREE_INODE_QUEUE = 15;
export const H_CHANGE_INDEX_BLOCK = 16;
export const H_CHANGE_CAPACITY = 17;
export const H_CHANGE_NAMES_BLOCK = 18;
export const H_CHANGE_NAMES_SIZE = 19;
/** Bytes of names ever logged, modulo 2^32. */
export const H_CHANGE_NAME_HEAD = 20;
// Words that many threads touch get a cache line of their own.
export const H_LOCK = 32;
/** Slot + 1 of the thread that changes the memory right now: between the kill check and the release. */
export const H_CRITICAL = 33;
export const H_STRUCTURE = 48;
export const H_CHANGE_SEQUENCE = 64;
/** Newest change that anybody has looked at: later ones may be coalesced. */
export const H_CHANGE_OBSERVED = 65;
/** Always 0: killed threads wait on it for ever. */
export const H_PARKED = 80;
export const H_SLOTS = 256;
export const SLOTS = 1024;
/** A slot's word: incarnations up to this one are to stop. */
export const SLOT_WORDS = 1;
export const HEADER_BLOCKS = 16;

// -- inode: word numbers ----------------------------------------------------------------------------
export const INODE_SHIFT = 5;
export const INODE_WORDS = 1 << INODE_SHIFT;
export const I_SEQ = 0;
/** 0: the inode is free. */
export const I_MODE = 1;
export const I_NLINK = 2;
/** References of open files. In a free inode: the next free one. */
export const I_REFS = 3;
export const I_UID = 4;
export const I_GID = 5;
export const I_RDEV = 6;
/** Change-log sequence of the newest 'modify' or 'create' entry about this inode. */
export const I_LOGGED = 7;
/** Two words, a float64. */
export const I_SIZE = 8;
/** Seconds of atime, mtime, ctime, birthtime: a float64 each. */
export const I_SECONDS = 10;
export const I_NANOSECONDS = 18;
export const I_BLOCKS = 22;
/** Directory of the name that was seen last; 0 when that name is gone. */
export const I_PARENT = 23;
/** Position of that name among the directory's entries, a hint. */
export const I_ENTRY = 31;

// files and symlinks
export const I_EXTENTS = 24;
export const I_INLINE = 25;
export const I_TABLE_BLOCK = 25;
export const I_TABLE_BLOCKS = 26;
export const INLINE_EXTENTS = 2;
export const EXTENT_WORDS = 3;

// directories
export const I_DIR_BLOCK = 24;
export const I_DIR_BLOCKS = 25;
export const I_DIR_CAPACITY = 26;
export const I_DIR_USED = 27;
export const I_DIR_LIVE = 28;
export const I_DIR_HEAP = 29;
/** Counts names that were removed or replaced: guards cached lookups. */
export const I_DIR_REMOVALS = 30;

export const ENTRY_WORDS = 4;
export const MIN_CAPACITY = 8;

export const ROOT = 1;

// -- change log entry: word numbers --------------------------------------------------------------------
export const CHANGE_WORDS = 6;
export const C_SEQUENCE = 0;
export const C_KIND = 1;
export const C_PARENT = 2;
export const C_INO = 3;
export const C_NAME = 4;
export const C_LENGTH = 5;
