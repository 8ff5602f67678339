import { decode } from '../codec.ts';
import { executableNames } from '../interpreter/command-search.ts';
import type { Shell } from '../interpreter/shell.ts';
import { compareText } from '../order.ts';

export interface Completion {
  /** How much of the text before the cursor is replaced. */
  readonly replaced: number;
  /** What it can become, as typed (quoted where needed), sorted. */
  readonly candidates: readonly { readonly text: string; readonly shown: string; readonly final: boolean }[];
}

const NPM_COMMANDS = ['ci', 'exec', 'install', 'run', 'start', 'test'];
const DIRECTORIES_ONLY = new Set(['cd', 'rmdir', 'mkdir']);

/** Start of the word before the cursor, and whether a quote is open. */
function currentWord(text: string): { readonly start: number; readonly quote: string } {
  let start = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote !== '') {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"') i++;
    } else if (c === '\\') i++;
    else if (c === '"' || c === "'") quote = c;
    else if (/[\s;&|<>()`]/.test(c)) start = i + 1;
  }
  return { start, quote };
}

function unquote(text: string): string {
  return text.replace(/\\(.)|["']/g, (_, escaped: string | undefined) => escaped ?? '');
}

function quoteName(name: string, quote: string): string {
  if (quote === "'") return name;
  return name.replace(quote === '"' ? /[$`"\\]/g : /[\s'"$`\\;&|<>()*?[\]{}!#~]/g, '\\$&');
}

export function complete(shell: Shell, text: string): Completion {
  const { start, quote } = currentWord(text);
  const word = text.slice(start);
  const before = text.slice(0, start);
  const command = /(?:^|[;&|(`]|\b(?:then|do|else|if|while|until|time|sudo|env))\s*(?:\w+=\S*\s+)*$/.test(before);
  const words = before.split(/[;&|]/).at(-1)?.trim().split(/\s+/) ?? [];
  const variable = /\$\{?(\w*)$/.exec(word);
  if (variable !== null && quote !== "'") {
    const prefix = variable[1] ?? '';
    const names = shell.variables.names().filter((name) => name.startsWith(prefix));
    return { replaced: prefix.length, candidates: names.map((name) => ({ text: name, shown: name, final: true })) };
  }
  const plain = unquote(word);
  if (command && !plain.includes('/')) {
    const names = new Set([
      ...executableNames(shell.system, shell.variables.get('PATH') ?? ''),
      ...shell.builtins.keys(),
      ...shell.functions.keys(),
      ...shell.aliases.keys(),
    ]);
    return list(
      [...names].filter((name) => name.startsWith(plain) && plain !== ''),
      word.length,
    );
  }
  if (/^(npm|pnpm|yarn)$/.test(words[0] ?? '')) {
    if (words.length === 2 && /^run(-script)?$/.test(words[1] ?? ''))
      return list(
        npmScripts(shell).filter((name) => name.startsWith(plain)),
        word.length,
      );
    if (words.length === 1)
      return list(
        NPM_COMMANDS.filter((name) => name.startsWith(plain)),
        word.length,
      );
  }
  if (words.length === 1 && words[0] === 'npx') {
    const bins = executableNames(shell.system, 'node_modules/.bin');
    if (bins.size > 0)
      return list(
        [...bins].filter((name) => name.startsWith(plain)),
        word.length,
      );
  }
  return paths(shell, plain, word, quote, DIRECTORIES_ONLY.has(words[0] ?? ''), command);
}

function list(names: readonly string[], replaced: number): Completion {
  return { replaced, candidates: [...names].sort(compareText).map((name) => ({ text: name, shown: name, final: true })) };
}

function paths(shell: Shell, plain: string, word: string, quote: string, directories: boolean, executables: boolean): Completion {
  const slash = plain.lastIndexOf('/') + 1;
  const prefix = plain.slice(slash);
  let directory = plain.slice(0, slash);
  const home = shell.variables.get('HOME');
  if (directory.startsWith('~/') && home !== undefined) directory = home + directory.slice(1);
  const base = shell.system.resolve(directory === '' ? '.' : directory);
  const entries = shell.system.files.readdir(base);
  // Only the last segment is written anew, so that what was typed before it stays as typed.
  const typed = word.length - (word.lastIndexOf('/') + 1);
  const replaced = quote !== '' && !word.includes('/') ? typed - 1 : typed;
  if (typeof entries === 'number') return { replaced: 0, candidates: [] };
  const candidates = entries
    .filter((entry) => entry.name.startsWith(prefix) && (prefix.startsWith('.') || !entry.name.startsWith('.')))
    .map((entry) => ({
      name: entry.name,
      directory: entry.type === 2 || (entry.type === 3 && shell.system.files.kind(`${base}/${entry.name}`) === 1),
    }))
    .filter((entry) => entry.directory || (!directories && (!executables || shell.system.files.access(`${base}/${entry.name}`, 1) === 0)))
    .sort((a, b) => compareText(a.name, b.name))
    .map((entry) => ({
      text: quoteName(entry.name, quote) + (entry.directory ? '/' : quote),
      shown: entry.name + (entry.directory ? '/' : ''),
      final: !entry.directory,
    }));
  return { replaced, candidates };
}

/** Names of the scripts in the nearest package.json. */
function npmScripts(shell: Shell): string[] {
  for (let directory = shell.system.cwd(); ; directory = directory.replace(/\/[^/]*$/, '')) {
    const bytes = shell.system.files.readFile(`${directory}/package.json`);
    if (typeof bytes !== 'number') {
      try {
        const manifest: unknown = JSON.parse(decode(bytes));
        if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return [];
        return typeof manifest.scripts === 'object' && manifest.scripts !== null ? Object.keys(manifest.scripts) : [];
      } catch {
        // A package.json that is being edited has no scripts to offer.
        return [];
      }
    }
    if (directory === '') return [];
  }
}
