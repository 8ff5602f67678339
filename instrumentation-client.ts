/** Next runs this in every page of the IDE before it makes the page interactive. */
import { bootEarly } from './lib/container/boot.ts';
import { browserFacts, missingSupport } from './lib/container/browser-support.ts';
import { isProjectLabel } from './lib/origins.ts';

const [, project] = /^\/p\/([^/]+)\/?$/.exec(window.location.pathname) ?? [];
const bootsOwnEngine = document.querySelector('meta[name="jampot-engine"]')?.getAttribute('content') === 'own';
if (project !== undefined && isProjectLabel(project) && bootsOwnEngine && missingSupport(browserFacts()) === null) {
  // What cannot begin early begins when the page asks for it, and is reported there.
  bootEarly(project).catch((error: unknown) => console.warn('The engine could not be booted early:', error));
}
