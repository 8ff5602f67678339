'use client';
import type { ReactNode } from 'react';
import { PageFailed } from '../components/workspace/page-failed.tsx';

/** Shown when a page's code throws. */
export default function ErrorPage({ error }: { readonly error: Error }): ReactNode {
  return <PageFailed error={error} />;
}
