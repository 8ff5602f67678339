import type { Engine } from './engine.ts';
import type { OutputLog } from './output-log.ts';

export interface TaskOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly cols: number; readonly rows: number };
  /** Sees every chunk before the log and returns what the log gets. */
  readonly filter?: (chunk: string) => string;
}

/** A running command whose output goes to a log. */
export interface Task {
  readonly exit: Promise<number>;
  kill(): void;
  resize(size: { cols: number; rows: number }): void;
  write(input: string): void;
}

/** Starts a command in a pseudoterminal of the engine. `exit` resolves after all output is in the log. */
export async function startTask(engine: Engine, log: OutputLog, options: TaskOptions): Promise<Task> {
  const process = await engine.spawn(options.command, [...options.args], {
    terminal: { ...(options.size ?? { cols: 100, rows: 24 }) },
    ...(options.env && { env: { ...options.env } }),
  });
  const filter = options.filter ?? ((chunk: string) => chunk);
  const drained = process.output.pipeTo(new WritableStream({ write: (chunk) => log.append(filter(String(chunk))) }));
  const input = process.input.getWriter();
  let ended = false;
  const exit = process.exit.then(async (code) => {
    ended = true;
    // The hosted engine does not always end the stream of a killed process: do not wait for it for ever.
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 500))]);
    return code;
  });
  return {
    exit,
    kill: () => {
      if (!ended) process.kill();
    },
    resize: (size) => {
      if (!ended) process.resize(size);
    },
    write: (text) => {
      if (!ended) void input.write(text);
    },
  };
}
