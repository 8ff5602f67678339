/** The script that every HTML page of a preview begins with, as markup. */
import type { PageSetup } from '../protocol/preview-messages.ts';
import { installPage } from './page/install-page.ts';
import { installSocket } from './page/install-socket.ts';
import type { PreviewPlace } from './preview-place.ts';

export interface PageScriptOptions {
  readonly page: PageSetup;
  readonly port: number;
  readonly place: PreviewPlace;
  readonly nonce: string;
}

/** What the script is told; plain data. */
export interface PageFacts {
  readonly port: number;
  /** End of the hosts of this project's previews. */
  readonly suffix: string;
  /** The IDE's origin. */
  readonly base: string;
  readonly cookies: string;
  readonly forwardErrors: boolean | 'exceptions-only';
}

/** Functions go over as their own source: none of them may use anything of its module. */
export function pageScript({ page, port, place, nonce }: PageScriptOptions): string {
  const facts: PageFacts = { port, suffix: place.suffix, base: place.base, cookies: page.cookies, forwardErrors: page.forwardErrors };
  const source = `((facts)=>{const channel=(${installPage})(facts);(${installSocket})(facts,channel)})(${asciiJson(facts)});document.currentScript?.remove()`;
  const own = `<script nonce="${nonce}">${inlineScript(source)}</script>`;
  if (page.script === null) return own;
  const { source: given, type, defer, async } = page.script;
  const attributes = [type === null ? '' : ` type="${type}"`, defer ? ' defer' : '', async ? ' async' : ''].join('');
  return `${own}<script nonce="${nonce}"${attributes}>${inlineScript(given)}</script>`;
}

/** Text that can stand inside a script element of any ASCII-compatible encoding. */
function inlineScript(source: string): string {
  return ascii(source).replace(/<(?=\/script|!--|script)/gi, '\\u003c');
}

function asciiJson(value: unknown): string {
  return ascii(JSON.stringify(value)).replaceAll('<', '\\u003c');
}

function ascii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
