import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { WorkspaceView } from '../../../components/workspace/workspace-view.tsx';
import { engineChoice } from '../../../lib/container/engine.ts';
import { isProjectLabel } from '../../../lib/origins.ts';
import { LAYOUT_COOKIE, savedLayout } from '../../../lib/workspace/layout.ts';

export const metadata: Metadata = { title: 'Project · Jampot', robots: { index: false } };

/** A project of this browser: its files come from the browser's storage, the server knows nothing of it. */
export default async function Page({ params }: { readonly params: Promise<{ project: string }> }): Promise<ReactNode> {
  const { project } = await params;
  if (!isProjectLabel(project)) notFound();
  const jar = await cookies();
  const engine = engineChoice(process.env);
  return (
    <>
      {engine.kind === 'own' ? <script async src="/early-boot.js" /> : null}
      <WorkspaceView source={{ kind: 'stored', id: project }} engine={engine} layout={savedLayout(jar.get(LAYOUT_COOKIE)?.value)} />
    </>
  );
}
