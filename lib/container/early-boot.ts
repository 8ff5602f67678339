/**
 * Entry point of a script of its own (scripts/next-build.mjs) that is written into the pages of known projects: it is small, runs before the
 * page's own scripts, and opens the engine's frame, which then boots while the page is still being made interactive.
 */
import { isProjectLabel } from '../origins.ts';
import { bootEarly } from './boot.ts';
import { browserFacts, missingSupport } from './browser-support.ts';

const [, project] = /^\/p\/([^/]+)\/?$/.exec(window.location.pathname) ?? [];

function begin(): void {
  if (project === undefined || !isProjectLabel(project) || missingSupport(browserFacts()) !== null) return;
  bootEarly(project);
}

begin();
