/**
 * Progress that the installer writes into its terminal output as a private OSC sequence, `ESC ] 7337 ; <json> BEL`, when the environment has
 * JAMPOT_PROGRESS=1. Terminals ignore OSC numbers that they do not know, so the sequence is harmless where nobody takes it out.
 */
export interface InstallProgress {
  readonly phase: string;
  /** Packages. */
  readonly done: number;
  readonly total: number;
  /** Received so far. */
  readonly bytes: number;
  /** The package at hand, if there is one. */
  readonly name: string | null;
}

const START = '\u001b]7337;';
const END = '\u0007';
/** A sequence longer than this is not ours: it is passed on as output instead of being held back for ever. */
const LONGEST = 4096;

export interface ProgressFilter {
  /** Output without the sequences. A sequence cut in two by chunking is held back until the rest comes. */
  push(chunk: string): string;
  /** What was held back when the output ended. */
  end(): string;
}

export function createProgressFilter(onProgress: (progress: InstallProgress) => void): ProgressFilter {
  let held = '';
  return {
    push(chunk) {
      let rest = held + chunk;
      let output = '';
      held = '';
      for (;;) {
        const start = rest.indexOf(START);
        if (start === -1) {
          const keep = partialStart(rest);
          held = rest.slice(rest.length - keep);
          return output + rest.slice(0, rest.length - keep);
        }
        const end = rest.indexOf(END, start);
        if (end === -1 && rest.length - start <= LONGEST) {
          held = rest.slice(start);
          return output + rest.slice(0, start);
        }
        if (end === -1 || end - start > LONGEST) {
          output += rest.slice(0, start + START.length);
          rest = rest.slice(start + START.length);
          continue;
        }
        const progress = parseProgress(rest.slice(start + START.length, end));
        if (progress) onProgress(progress);
        output += rest.slice(0, start);
        rest = rest.slice(end + END.length);
      }
    },
    end() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

/** Length of the longest end of `text` that may be the beginning of a sequence. */
function partialStart(text: string): number {
  for (let length = Math.min(START.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(START.slice(0, length))) return length;
  }
  return 0;
}

function parseProgress(json: string): InstallProgress | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The output of any program may hold these bytes; what is not ours is dropped like every unknown OSC.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { phase, done, total, bytes, name } = value as Record<string, unknown>;
  return {
    phase: typeof phase === 'string' ? phase.slice(0, 40) : 'install',
    done: count(done),
    total: count(total),
    bytes: count(bytes),
    name: typeof name === 'string' ? name.slice(0, 214) : null,
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
