import { readFileSync } from 'node:fs';

/**
 * The text of a script of ours, to be written into a page: that saves a request, which comes late where a page has many. Read each time: in development it
 * is built again while the server runs.
 * @param path of the file
 * @returns null where there is no such file, or where something in it would end the script element early (HTML, 13.1.2.1): then the page loads it.
 */
export function readInlineScript(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return /<!--|<\/?script/i.test(text) ? null : text;
}
