/** Terminals of a real engine for browser tests: booted and driven through the official client. */
import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import type { Page } from '@playwright/test';
import { stripControls } from '../interactive/width.ts';

declare global {
  /** The instance that `bootEngine` made. */
  var engine: WebContainer;
  var terminals: { process: WebContainerProcess; writer: WritableStreamDefaultWriter<string>; output: string }[];
}

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
  #seen = 0;

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
      const text = stripControls(await this.raw()).replaceAll('\r', '');
      const match = pattern.exec(text.slice(this.#seen));
      if (match !== null) {
        const from = this.#seen;
        this.#seen += match.index + match[0].length;
        return text.slice(from, this.#seen);
      }
      if (Date.now() > deadline)
        throw new Error(`The terminal did not show ${pattern}; since the last match it showed ${JSON.stringify(text.slice(this.#seen))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Types a command and gives what it printed before the next prompt. */
  async run(command: string): Promise<string> {
    await this.type(`${command}\r`);
    // The line editor draws a line several times while it is typed.
    await this.until(new RegExp(`${command.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\n`));
    const output = await this.until(new RegExp(`(^|\n)${PROMPT}`));
    return output.slice(0, -PROMPT.length);
  }

  /** Everything that was written, control sequences included. */
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
    async ([name, words, variables, cols, lines]) => {
      const process = await engine.spawn(name, [...words], { env: variables, terminal: { cols, rows: lines } });
      const terminal = { process, writer: process.input.getWriter(), output: '' };
      void process.output.pipeTo(new WritableStream({ write: (chunk) => void (terminal.output += chunk) }));
      return terminals.push(terminal) - 1;
    },
    [command, args, env, columns, rows] as const,
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
