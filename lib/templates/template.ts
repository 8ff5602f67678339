import { contentFromBytes, type Content } from '../project/content.ts';

/** A starter project, as a card on the start page. */
export interface TemplateInfo {
  /** Folder name below templates/, and the last part of /new/<id>. */
  readonly id: string;
  readonly title: string;
  readonly generator: string;
  readonly description: string;
  /** The file that a new project opens with. */
  readonly open: string;
}

/** A template's files as JSON carries them. */
export interface TemplateFiles {
  readonly files: readonly ({ readonly path: string; readonly text: string } | { readonly path: string; readonly base64: string })[];
}

/** What the first paint of a new project needs: the whole tree and the file that is open. */
export interface TemplateOutline {
  readonly info: TemplateInfo;
  readonly paths: readonly string[];
  readonly opened: { readonly path: string; readonly text: string };
}

export const TEMPLATES: readonly TemplateInfo[] = [
  {
    id: 'eleventy-blog',
    title: 'Eleventy blog',
    generator: 'Eleventy 3',
    description: 'Posts in Markdown, layouts in Nunjucks, a feed and a sitemap.',
    open: 'posts/first-strawberries.md',
  },
];

export function findTemplate(id: string): TemplateInfo | null {
  return TEMPLATES.find((template) => template.id === id) ?? null;
}

export function templateContents(template: TemplateFiles): [string, Content][] {
  return template.files.map((file) => [file.path, 'text' in file ? file.text : contentFromBytes(fromBase64(file.base64))]);
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
