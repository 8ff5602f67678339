import { join } from 'node:path';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { WorkspaceView } from '../../../components/workspace/workspace-view.tsx';
import { engineChoice } from '../../../lib/container/engine.ts';
import { readInlineScript } from '../../../lib/server/pages/inline-script.ts';
import { readSettings } from '../../../lib/server/settings.ts';
import { readShareCard } from '../../../lib/server/shares/share-card.ts';
import { openShares } from '../../../lib/server/shares/shares.ts';
import { parseShareAddress, sharePath } from '../../../lib/share/address.ts';
import { LAYOUT_COOKIE, savedLayout } from '../../../lib/workspace/layout.ts';
import type { WorkspaceSource } from '../../../lib/workspace/workspace.ts';

interface Props {
  readonly params: Promise<{ project: string }>;
}

const settings = readSettings(process.env, process.cwd());
const { store } = openShares(settings);

/** What a link to a share looks like elsewhere; a project that is nobody's share says nothing of itself. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const address = parseShareAddress((await params).project);
  const card = address === null ? null : await readShareCard(store, address);
  if (address === null || card === null) return { title: 'Project · Jampot', robots: { index: false } };
  const url = `${settings.base.origin}${sharePath(address)}`;
  return {
    title: `${card.name} · Jampot`,
    description: card.description,
    robots: { index: false },
    openGraph: {
      type: 'website',
      siteName: 'Jampot',
      title: card.name,
      description: card.description,
      url,
      images: [{ url: `${url}/card`, width: 1200, height: 630, alt: `${card.name}: ${card.description}`, type: 'image/png' }],
    },
    twitter: { card: 'summary_large_image' },
  };
}

/** A project of this browser, whose files come from its storage; a share where the browser has none of that name; a fixed version; or one from a link. */
export default async function Page({ params }: Props): Promise<ReactNode> {
  const source = sourceOf((await params).project);
  if (source === null) notFound();
  const jar = await cookies();
  const engine = engineChoice(process.env);
  return (
    <>
      {engine.kind === 'own' && source.kind === 'stored' ? <EarlyBoot /> : null}
      <WorkspaceView source={source} engine={engine} layout={savedLayout(jar.get(LAYOUT_COOKIE)?.value)} />
    </>
  );
}

function sourceOf(text: string): WorkspaceSource | null {
  if (text === 'new') return { kind: 'fragment' };
  const address = parseShareAddress(text);
  if (address === null) return null;
  const { id, version } = address;
  return version === null ? { kind: 'stored', id } : { kind: 'shared', id, version };
}

/** Written into the page: as a file it would come behind all others of the page, which take the browser a quarter of a second. */
function EarlyBoot(): ReactNode {
  const text = readInlineScript(join(process.cwd(), 'public', 'early-boot.js'));
  return text === null ? <script async src="/early-boot.js" /> : <script dangerouslySetInnerHTML={{ __html: text }} />;
}
