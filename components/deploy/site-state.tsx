'use client';
import { Lock, LockOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { isRunning } from './deploy-words.ts';
import { FIELD } from './field.ts';
import { SiteLink } from './site-link.tsx';

/** The site that deploys go to: its address and its lock. */
export function SiteState(): ReactNode {
  const { deployer } = useWorkspace();
  const { provider, site, sites, busy, run, deploys } = useSlice(deployer.store, (state) => state);
  const disabled = busy !== null || isRunning(run);
  return (
    <section aria-label="Site" className="flex flex-col gap-2">
      {provider === 'edge' || sites.length === 0 ? null : (
        <label className="flex flex-col gap-1">
          <span className="font-medium">Site</span>
          <select
            value={site?.id ?? ''}
            disabled={disabled}
            onChange={(event) => void deployer.chooseSite(event.currentTarget.value || null)}
            className={FIELD}
          >
            <option value="">A new site</option>
            {sites.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {site === null ? (
        deploys === null ? null : (
          <p className="text-soft">The first deploy makes a site with an address of its own.</p>
        )
      ) : (
        <div className="flex items-center gap-3 rounded-lg border border-line bg-surface py-2 pr-2 pl-3">
          <div className="min-w-0 flex-1">
            <SiteLink label="Site" url={site.url} />
            {site.locked ? <p className="text-amber">Locked at the deploy that it shows</p> : null}
          </div>
          {site.published === null ? null : (
            <Button look="outline" disabled={disabled} onClick={() => void deployer.setLock(!site.locked)}>
              {site.locked ? <LockOpen aria-hidden className="size-3.5" /> : <Lock aria-hidden className="size-3.5" />}
              {site.locked ? 'Unlock' : 'Lock'}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
