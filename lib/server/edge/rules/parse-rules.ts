import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllHeaders } from '@netlify/headers-parser';
import { parseAllRedirects } from '@netlify/redirect-parser';
import type { Remark } from '../records.ts';
import { headerRule, type HeaderRule } from './header-rules.ts';
import { redirectRule, type RedirectRule } from './redirect-rules.ts';

/** Files at the root of a deploy that hold rules. They are not served. */
export const RULE_FILES = ['_redirects', '_headers', 'netlify.toml'] as const;
export type RuleFile = (typeof RULE_FILES)[number];

export interface Rules {
  readonly redirects: readonly RedirectRule[];
  readonly headers: readonly HeaderRule[];
  readonly remarks: readonly Remark[];
}

/** Rules of each kind that are obeyed. */
const MOST_RULES = 2000;
const MOST_REMARKS = 20;
/** Lines of `_redirects` and `_headers`, and headers of one path, that are read: the time that Netlify's parsers take grows with their squares. */
const MOST_LINES = 5000;
const MOST_HEADERS = 100;
/** As much for `netlify.toml`: every rule in it begins with one of `[[` and `{`. */
const MOST_TABLES = 10_000;

export const NO_RULES: Rules = { redirects: [], headers: [], remarks: [] };

/** Reads rules with Netlify's own parsers, which read files: they get them in a folder of their own for a moment. */
export async function parseRules(texts: Partial<Record<RuleFile, string>>): Promise<Rules> {
  if (RULE_FILES.every((name) => texts[name] === undefined)) return NO_RULES;
  const folder = await mkdtemp(join(tmpdir(), 'jampot-rules-'));
  try {
    const shortened: string[] = [];
    for (const [name, text] of Object.entries(texts)) {
      const read = readable(name, text);
      if (read !== text) shortened.push(name);
      await writeFile(join(folder, name), read);
    }
    const netlifyConfigPath = join(folder, 'netlify.toml');
    const [redirects, headers] = await Promise.all([
      parseAllRedirects({ redirectsFiles: [join(folder, '_redirects')], netlifyConfigPath, configRedirects: [], minimal: false }),
      parseAllHeaders({ headersFiles: [join(folder, '_headers')], netlifyConfigPath, configHeaders: [], minimal: true }),
    ]);
    const rules = collect(redirects, headers, folder);
    return { ...rules, remarks: [...shortened.map(shortenedRemark), ...rules.remarks] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As much of a file of rules as is read. Lines that are left out become empty: the parsers count lines. */
function readable(name: string, text: string): string {
  if (name === 'netlify.toml') return (text.match(/\[\[|\{/g)?.length ?? 0) > MOST_TABLES ? '' : text;
  const mostBelow = name === '_headers' ? MOST_HEADERS : Infinity;
  let [lines, below, isWhole] = [0, 0, true];
  const kept = text.split('\n').map((line) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return '';
    lines += 1;
    below = trimmed.startsWith('/') ? 0 : below + 1;
    const isRead = lines <= MOST_LINES && below <= mostBelow;
    isWhole &&= isRead;
    return isRead ? line : '';
  });
  return isWhole ? text : kept.join('\n');
}

const shortenedRemark = (name: string): Remark => ({
  type: 'error',
  title: 'Some rules are not read',
  description:
    name === 'netlify.toml'
      ? `netlify.toml has more than ${MOST_TABLES} tables; none of them counts.`
      : `${name} has more than ${MOST_LINES} lines, or a path with more than ${MOST_HEADERS} headers; what is more does not count.`,
});

function collect(
  read: { readonly redirects: readonly unknown[]; readonly errors: readonly unknown[] },
  readHeaders: { readonly headers: readonly { for: string; values: Record<string, string> }[]; readonly errors: readonly unknown[] },
  folder: string,
): Rules {
  const remarks: Remark[] = [];
  const remark = (type: Remark['type'], title: string, description: string): void => {
    if (remarks.length < MOST_REMARKS) remarks.push({ type, title, description: description.replaceAll(`${folder}/`, '').slice(0, 1000) });
    else if (remarks.length === MOST_REMARKS)
      remarks.push({ type: 'warning', title: 'There are more remarks', description: 'They are left out.' });
  };
  // Both parsers read netlify.toml.
  const errors = [...read.errors, ...readHeaders.errors].map((error) => (error instanceof Error ? error.message : String(error)));
  for (const error of new Set(errors)) remark('error', 'A rule could not be read', error);

  const redirects: RedirectRule[] = [];
  for (const one of read.redirects.slice(0, MOST_RULES)) {
    const outcome = redirectRule(one);
    if ('rule' in outcome) redirects.push(outcome.rule);
    if (outcome.remark !== undefined) {
      const { from, to } = one as { from?: unknown; to?: unknown };
      remark(
        'warning',
        'rule' in outcome ? 'A redirect does not work as at Netlify' : 'A redirect is left out',
        `${String(from)} → ${String(to)}: ${outcome.remark}.`,
      );
    }
  }
  const headers: HeaderRule[] = [];
  for (const one of readHeaders.headers.slice(0, MOST_RULES)) {
    const { rule, remarks: said } = headerRule(one);
    if (rule.values.length > 0) headers.push(rule);
    for (const text of said) remark('warning', 'A header is left out', `${text}.`);
  }
  if (Math.max(read.redirects.length, readHeaders.headers.length) > MOST_RULES)
    remark(
      'error',
      'There are too many rules',
      `Of ${read.redirects.length} redirects and ${readHeaders.headers.length} headers the first ${MOST_RULES} each count.`,
    );
  return { redirects, headers, remarks };
}
