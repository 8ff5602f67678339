/** Text that a process wrote, kept for whoever looks at it later. Old text is dropped at the limit. */
export interface OutputLog {
  append(text: string): void;
  clear(): void;
  text(): string;
  /** Calls back with what is there and with everything that follows; `null` means that the log was cleared. */
  follow(listener: (text: string | null) => void): () => void;
}

/** Characters; about what a terminal keeps in its scrollback. */
const LIMIT = 1_000_000;

export function createOutputLog(limit = LIMIT): OutputLog {
  let chunks: string[] = [];
  let length = 0;
  const listeners = new Set<(text: string | null) => void>();
  return {
    append(text) {
      if (text === '') return;
      chunks.push(text);
      length += text.length;
      while (length > limit && chunks.length > 1) length -= chunks.shift()?.length ?? 0;
      for (const listener of listeners) listener(text);
    },
    clear() {
      chunks = [];
      length = 0;
      for (const listener of listeners) listener(null);
    },
    text: () => chunks.join(''),
    follow(listener) {
      if (length > 0) listener(chunks.join(''));
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Text without terminal control sequences, with lines ended by `\n` only. */
export function plainText(output: string): string {
  return (
    output
      // oxlint-disable-next-line no-control-regex
      .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
      // oxlint-disable-next-line no-control-regex
      .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
      .replace(/\r\n/g, '\n')
  );
}
