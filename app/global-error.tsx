'use client';
import type { ReactNode } from 'react';
import { PageFailed } from '../components/workspace/page-failed.tsx';
import './globals.css';

/** Shown when the layout itself throws: it stands in for the whole document. */
export default function GlobalErrorPage({ error }: { readonly error: Error }): ReactNode {
  return (
    <html lang="en">
      <head>
        <title>Jampot</title>
      </head>
      <body>
        <PageFailed error={error} />
      </body>
    </html>
  );
}
