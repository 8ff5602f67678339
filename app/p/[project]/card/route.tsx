import { ImageResponse } from 'next/og';
import { readSettings } from '../../../../lib/server/settings.ts';
import { drawable, readShareCard } from '../../../../lib/server/shares/share-card.ts';
import { openShares } from '../../../../lib/server/shares/shares.ts';
import { parseShareAddress } from '../../../../lib/share/address.ts';

export const dynamic = 'force-dynamic';

const { store } = openShares(readSettings(process.env, process.cwd()));

/** The picture that other programs show beside a link to a share. */
export async function GET(_request: Request, { params }: { readonly params: Promise<{ project: string }> }): Promise<Response> {
  const address = parseShareAddress((await params).project);
  const card = address === null ? null : await readShareCard(store, address);
  if (card === null)
    return new Response('There is no such share.\n', { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
  const name = drawable(card.name, 'A shared site');
  return new ImageResponse(
    <div
      style={{
        display: 'flex',
        flexDirection: 'column',
        width: '100%',
        height: '100%',
        padding: '72px 80px',
        background: '#faf7f4',
        color: '#2b2522',
        borderBottom: '16px solid #9e1239',
      }}
    >
      <div style={{ display: 'flex', alignItems: 'center', gap: 18, fontSize: 34, color: '#5f5650' }}>
        <div style={{ display: 'flex', width: 30, height: 36, borderRadius: 8, background: '#9e1239' }} />
        Jampot
      </div>
      <div style={{ display: 'flex', marginTop: 64, fontSize: name.length > 40 ? 60 : 84, lineHeight: 1.1, letterSpacing: '-0.02em' }}>
        {name.length > 80 ? `${name.slice(0, 79)}…` : name}
      </div>
      <div style={{ display: 'flex', marginTop: 28, fontSize: 32, color: '#5f5650' }}>{card.description}</div>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 14, marginTop: 'auto', fontSize: 26, color: '#5f5650' }}>
        {card.paths.map((path) => {
          const text = drawable(path, 'file');
          return (
            <div
              key={path}
              style={{ display: 'flex', padding: '8px 18px', borderRadius: 10, border: '1px solid #d9d0c8', background: '#ffffff' }}
            >
              {text.length > 32 ? `…${text.slice(-31)}` : text}
            </div>
          );
        })}
      </div>
    </div>,
    { width: 1200, height: 630, headers: { 'Cache-Control': 'public, max-age=300' } },
  );
}
