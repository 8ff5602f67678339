/** `deflateParams` of zlib (deflate.c), which the port in pako lacks, on pako's state. */
import { type ZStream, zlibDeflate } from 'pako';
import { Z_BLOCK, Z_BUF_ERROR, Z_OK, Z_STREAM_ERROR } from './constants.ts';

/** The fields of zlib's `deflate_state` that are needed here. */
interface DeflateState {
  level: number;
  strategy: number;
  last_flush: number;
  strstart: number;
  block_start: number;
  lookahead: number;
  matches: number;
  max_lazy_match: number;
  good_match: number;
  nice_match: number;
  max_chain_length: number;
  head: Uint16Array;
  prev: Uint16Array;
  w_size: number;
}

const FRESH = -2;
const DEFAULT_LEVEL = 6;
const MOST_STRATEGY = 4;

/** zlib's configuration_table: longest match to stop lazy search at, longest lazy match, nice length, chain length. */
const CONFIGURATION: readonly (readonly [good: number, lazy: number, nice: number, chain: number])[] = [
  [0, 0, 0, 0],
  [4, 4, 8, 4],
  [4, 5, 16, 8],
  [4, 6, 32, 32],
  [4, 4, 16, 16],
  [8, 16, 32, 32],
  [8, 16, 128, 128],
  [8, 32, 128, 256],
  [32, 128, 258, 1024],
  [32, 258, 258, 4096],
];

/** Which of zlib's functions compresses at a level: stored, fast, slow. */
const compressor = (level: number): number => (level === 0 ? 0 : level < 4 ? 1 : 2);

export function deflateParams(stream: ZStream, level: number, strategy: number): number {
  const state = stream.state as unknown as DeflateState | null;
  const wanted = level === -1 ? DEFAULT_LEVEL : level;
  const configuration = CONFIGURATION[wanted];
  if (state === null || configuration === undefined || strategy < 0 || strategy > MOST_STRATEGY) return Z_STREAM_ERROR;
  if ((strategy !== state.strategy || compressor(state.level) !== compressor(wanted)) && state.last_flush !== FRESH) {
    if (zlibDeflate(stream, Z_BLOCK) === Z_STREAM_ERROR) return Z_STREAM_ERROR;
    if (stream.avail_in > 0 || state.strstart - state.block_start + state.lookahead > 0) return Z_BUF_ERROR;
  }
  if (state.level !== wanted) {
    if (state.level === 0 && state.matches !== 0) {
      if (state.matches === 1) slide(state);
      else state.head.fill(0);
      state.matches = 0;
    }
    state.level = wanted;
    [state.good_match, state.max_lazy_match, state.nice_match, state.max_chain_length] = configuration;
  }
  state.strategy = strategy;
  return Z_OK;
}

/** Moves the hash chains on by a window. */
function slide(state: DeflateState): void {
  for (const chain of [state.head, state.prev]) {
    for (let index = 0; index < chain.length; index++) {
      const position = chain[index] ?? 0;
      chain[index] = position >= state.w_size ? position - state.w_size : 0;
    }
  }
}
