import type { ReactNode } from 'react';
import type { Ancestry } from '../../lib/project/project-files.ts';
import { sharePath } from '../../lib/share/address.ts';

/** Where a project comes from. A new tab: this one's engine would end. */
export function AncestryLink({ from }: { readonly from: Ancestry }): ReactNode {
  return (
    <a
      href={sharePath({ id: from.share, version: from.version })}
      target="_blank"
      rel="noopener"
      className="underline decoration-line-strong underline-offset-2 hover:text-text"
    >
      from {from.name}, version {from.version}
    </a>
  );
}
