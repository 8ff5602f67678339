import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { preload } from 'react-dom';
import { WorkspaceView } from '../../../components/workspace/workspace-view.tsx';
import { engineChoice } from '../../../lib/container/engine.ts';
import { outlineTemplate } from '../../../lib/templates/read-template.ts';
import { findTemplate } from '../../../lib/templates/template.ts';
import { LAYOUT_COOKIE, savedLayout } from '../../../lib/workspace/layout.ts';

interface Props {
  readonly params: Promise<{ template: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const info = findTemplate((await params).template);
  return { title: info === null ? 'No such template' : `${info.title} · Jampot` };
}

/** A new project of a template: the IDE at once, with the template's tree and its first file in the first paint. */
export default async function Page({ params }: Props): Promise<ReactNode> {
  const info = findTemplate((await params).template);
  if (info === null) notFound();
  const filesUrl = `/templates/${info.id}/files`;
  preload(filesUrl, { as: 'fetch', crossOrigin: 'anonymous' });
  const [outline, jar] = await Promise.all([outlineTemplate(info), cookies()]);
  return (
    <WorkspaceView
      source={{ kind: 'template', outline, filesUrl }}
      engine={engineChoice(process.env)}
      layout={savedLayout(jar.get(LAYOUT_COOKIE)?.value)}
    />
  );
}
