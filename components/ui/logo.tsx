import type { ReactNode } from 'react';

/** A pot of jam with its lid. */
export function Logo({ size = 20 }: { readonly size?: number }): ReactNode {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 20 20">
      <rect x="4" y="1.5" width="12" height="3.5" rx="1.25" className="fill-faint" />
      <path
        d="M5 6h10c1.500 .9 2 2 2 3.600V16a2.500 2.500 0 0 1-2.500 2.500h-9A2.500 2.500 0 0 1 3 16V9.600C3 8 3.500 6.900 5 6Z"
        fill="var(--accent)"
      />
      <rect x="6" y="10.500" width="8" height="4.500" rx=".75" fill="var(--on-accent)" opacity=".92" />
    </svg>
  );
}
