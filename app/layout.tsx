import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readTheme, THEME_COOKIE } from '../lib/workspace/theme.ts';
import './globals.css';

export const metadata: Metadata = { title: 'Jampot', description: 'A web IDE that builds Jamstack sites in the page.' };

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f2ef' },
    { media: '(prefers-color-scheme: dark)', color: '#171412' },
  ],
};

export default async function Layout({ children }: { readonly children: ReactNode }): Promise<ReactNode> {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" {...(theme !== 'system' && { 'data-theme': theme })}>
      <body>{children}</body>
    </html>
  );
}
