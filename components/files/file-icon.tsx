import { Braces, CodeXml, File, FileCog, FileLock, FileText, Hash, Image, SquareFunction, Type, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { fileKind, type FileKind } from '../../lib/project/file-kind.ts';

const ICONS: Readonly<Record<FileKind, LucideIcon>> = {
  markup: CodeXml,
  markdown: FileText,
  style: Hash,
  script: SquareFunction,
  data: Braces,
  image: Image,
  font: Type,
  config: FileCog,
  lock: FileLock,
  text: File,
};

export function FileIcon({ path }: { readonly path: string }): ReactNode {
  const Icon = ICONS[fileKind(path)];
  return <Icon aria-hidden className="size-4 shrink-0 text-faint" strokeWidth={1.75} />;
}
