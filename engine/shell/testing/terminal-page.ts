/** Terminals of a real engine for browser tests: booted and driven through the official client. */
import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import type { Page } from '@playwright/test';
import { stripControls } from '../interactive/width.ts';

declare global {
  /** The instance that `bootEngine` made. */
  var engine: WebContainer;
  /** `dropped`: characters that were written before `output`. */
  var terminals: { process: WebContainerProcess; writer: WritableStreamDefaultWriter<string>; output: string; dropped: number }[];
}

/** Characters of output that are kept: a program that floods its terminal writes hundreds of millions. */
const KEPT = 1_000_000;

/** Prompt of the shells that tests type at: easy to wait for. */
export const PROMPT = '% ';

/** Boots the engine of a page that `openClient` opened; `tree` is mounted at the working directory, /home/work. */
export async function bootEngine(page: Page, files: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.evaluate(async (contents) => {
    globalThis.engine = await webcontainer.WebContainer.boot({ coep: 'require-corp', workdirName: 'work' });
    globalThis.terminals = [];
    await engine.mount(Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, { file: { contents: text } }])));
  }, files);
}

export interface TerminalOptions {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

export class TerminalSession {
  readonly #page: Page;
  readonly #index: number;
  /** Characters of output that were read. */
  #read = 0;
  /** The end of what was read when it may be the beginning of a control sequence. */
  #begun = '';
  /** What was read since the last match, without control sequences and CRs. */
  #unmatched = '';

  constructor(page: Page, index: number) {
    this.#page = page;
    this.#index = index;
  }

  /** Types keys as xterm.js sends them: Enter is `\r`. */
  async type(keys: string): Promise<void> {
    await this.#page.evaluate(([index, text]) => terminals[index]?.writer.write(text), [this.#index, keys] as const);
  }

  /**
   * Waits until what was written since the last match contains `expected`; gives it (without control sequences and CRs) up to the end of the match.
   * @throws with what was written when it does not come.
   */
  async until(expected: string | RegExp, timeout = 15_000): Promise<string> {
    const pattern = typeof expected === 'string' ? new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : expected;
    const deadline = Date.now() + timeout;
    for (;;) {
      await this.#readOn();
      const match = pattern.exec(this.#unmatched);
      if (match !== null) {
        const end = match.index + match[0].length;
        const text = this.#unmatched.slice(0, end);
        this.#unmatched = this.#unmatched.slice(end);
        return text;
      }
      if (Date.now() > deadline)
        throw new Error(
          `The terminal did not show ${pattern}; since the last match it showed ${JSON.stringify(this.#unmatched.slice(-5000))}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #readOn(): Promise<void> {
    const [text, end] = await this.#page.evaluate(
      ([index, from]) => {
        const { output, dropped } = terminals[index] ?? { output: '', dropped: 0 };
        return [output.slice(Math.max(0, from - dropped)), dropped + output.length] as const;
      },
      [this.#index, this.#read] as const,
    );
    this.#read = end;
    const all = this.#begun + text;
    // oxlint-disable-next-line no-control-regex -- it looks for control sequences
    this.#begun = /\u001b(?:\[[0-9;?]*|\][^\u0007\u001b]*)?$/.exec(all)?.[0] ?? '';
    const whole = all.slice(0, all.length - this.#begun.length);
    this.#unmatched = (this.#unmatched + stripControls(whole).replaceAll('\r', '')).slice(-KEPT);
  }

  /** Types a command and gives what it printed before the next prompt. */
  async run(command: string): Promise<string> {
    await this.type(`${command}\r`);
    // The line editor draws a line several times while it is typed.
    await this.until(new RegExp(`${command.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\n`));
    const output = await this.until(new RegExp(`(^|\n)${PROMPT}`));
    return output.slice(0, -PROMPT.length);
  }

  /** Everything that was written (of a flood its end), control sequences included. */
  async raw(): Promise<string> {
    return this.#page.evaluate((index) => terminals[index]?.output ?? '', this.#index);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#page.evaluate(([index, cols, lines]) => terminals[index]?.process.resize({ cols, rows: lines }), [
      this.#index,
      columns,
      rows,
    ] as const);
  }

  async exit(): Promise<number> {
    return this.#page.evaluate(async (index) => (await terminals[index]?.process.exit) ?? -1, this.#index);
  }

  async kill(): Promise<void> {
    await this.#page.evaluate((index) => terminals[index]?.process.kill(), this.#index);
  }
}

/** Opens a terminal with a shell, or another command, in it. */
export async function openTerminal(page: Page, options: TerminalOptions = {}): Promise<TerminalSession> {
  const { command = 'sh', args = [], env = { PS1: PROMPT }, columns = 80, rows = 24 } = options;
  const index = await page.evaluate(
    async ([name, words, variables, cols, lines, kept]) => {
      const process = await engine.spawn(name, [...words], { env: variables, terminal: { cols, rows: lines } });
      const terminal = { process, writer: process.input.getWriter(), output: '', dropped: 0 };
      const write = (chunk: string): void => {
        terminal.output += chunk;
        if (terminal.output.length < 2 * kept) return;
        terminal.dropped += terminal.output.length - kept;
        terminal.output = terminal.output.slice(-kept);
      };
      void process.output.pipeTo(new WritableStream({ write }));
      return terminals.push(terminal) - 1;
    },
    [command, args, env, columns, rows, KEPT] as const,
  );
  return new TerminalSession(page, index);
}

/** Runs `sh -c script` on a terminal of its own to its end. */
export async function runScript(page: Page, script: string): Promise<{ output: string; code: number }> {
  return page.evaluate(async (text) => {
    const process = await engine.spawn('sh', ['-c', text]);
    let output = '';
    const reading = process.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
    const code = await process.exit;
    await reading;
    return { output, code };
  }, script);
}
