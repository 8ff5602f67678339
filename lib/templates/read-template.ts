import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { contentFromBytes } from '../project/content.ts';
import type { TemplateFiles, TemplateInfo, TemplateOutline } from './template.ts';

/** Reads templates from the server's disk (Node only). `templates/` lies where the server was started. */
const ROOT = path.join(process.cwd(), 'templates');

/** Made by running the template there; never part of it. */
const LEFT_OUT = new Set(['node_modules', '_site', 'dist', '.cache', '.DS_Store']);

export async function listTemplate(info: TemplateInfo): Promise<string[]> {
  const root = path.join(ROOT, info.id);
  const result: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      if (LEFT_OUT.has(entry.name)) continue;
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await walk(relative);
      else if (entry.isFile()) result.push(relative);
    }
  };
  await walk('');
  return result.sort();
}

export async function readTemplate(info: TemplateInfo): Promise<TemplateFiles> {
  const paths = await listTemplate(info);
  const files = await Promise.all(
    paths.map(async (file) => {
      const bytes = await readFile(path.join(ROOT, info.id, file));
      const content = contentFromBytes(new Uint8Array(bytes));
      return typeof content === 'string' ? { path: file, text: content } : { path: file, base64: bytes.toString('base64') };
    }),
  );
  return { files };
}

export async function outlineTemplate(info: TemplateInfo): Promise<TemplateOutline> {
  const [paths, text] = await Promise.all([listTemplate(info), readFile(path.join(ROOT, info.id, info.open), 'utf8')]);
  return { info, paths, opened: { path: info.open, text } };
}
