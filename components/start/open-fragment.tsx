'use client';
import { useEffect, type ReactNode } from 'react';
import { hasProject } from '../../lib/share/fragment.ts';

/** Goes on to the project when the address carries one. The fragment stays in the browser. */
export function OpenFragment(): ReactNode {
  useEffect(() => {
    const open = (): void => {
      if (hasProject(window.location.hash)) window.location.replace(`/p/new${window.location.hash}`);
    };
    open();
    window.addEventListener('hashchange', open);
    return () => window.removeEventListener('hashchange', open);
  }, []);
  return null;
}
