import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { TEMPLATES } from '../../lib/templates/template.ts';
import { Logo } from '../ui/logo.tsx';
import { ImportProject } from './import-project.tsx';
import { OpenFragment } from './open-fragment.tsx';
import { RecentList } from './recent-list.tsx';
import { TemplateCard } from './template-card.tsx';

/** Where one begins: what it is in one line, a project running, templates, the projects of this browser, import. */
export function StartPage(): ReactNode {
  const [first] = TEMPLATES;
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1160px] flex-col px-6 pb-20">
      <OpenFragment />
      <header className="flex h-16 items-center gap-2 text-[14px] font-semibold">
        <Logo size={22} />
        Jampot
      </header>
      <main className="flex flex-1 flex-col gap-14 pt-8 max-sm:gap-10 max-sm:pt-2">
        <section className="grid items-center gap-x-12 gap-y-8 wide:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
          <div>
            <h1 className="text-[clamp(28px,3.4vw,42px)] leading-[1.12] font-semibold tracking-[-0.022em] text-balance">
              Write a site and see it built, all in this tab.
            </h1>
            <p className="mt-3 text-[15px] leading-6 text-pretty text-soft">
              Real generators on real Node.js, running in your browser. No account, nothing to install.
            </p>
            {first === undefined ? null : (
              <a
                href={`/new/${first.id}`}
                className="mt-6 inline-flex h-10 items-center gap-2 rounded-md bg-accent px-4 text-[14px] font-medium text-on-accent transition-colors hover:bg-accent-hover"
              >
                Start writing <ArrowRight aria-hidden className="size-4" />
              </a>
            )}
          </div>
          <Screenshot />
        </section>
        <section aria-labelledby="templates">
          <h2 id="templates" className="mb-3 text-[15px] font-semibold">
            Start a site
          </h2>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(290px,1fr))] gap-4">
            {TEMPLATES.map((template) => (
              <TemplateCard key={template.id} template={template} />
            ))}
            <ImportProject />
          </div>
        </section>
        <section aria-labelledby="recent">
          <h2 id="recent" className="mb-3 text-[15px] font-semibold">
            Recent projects
          </h2>
          <RecentList />
        </section>
      </main>
    </div>
  );
}

/** A project running, in the theme of the page: which of the two is shown is decided in globals.css. */
function Screenshot(): ReactNode {
  const alt = 'The Eleventy blog open in Jampot: files on the left, a post in the editor, the live page beside it';
  const style = 'block w-full rounded-lg border border-line shadow-float';
  return (
    <div className="wide:-mr-10">
      <img src="/start/ide-light.webp" alt={alt} loading="lazy" width={1920} height={1200} className={`only-light ${style}`} />
      <img src="/start/ide-dark.webp" alt={alt} loading="lazy" width={1920} height={1200} className={`only-dark ${style}`} />
    </div>
  );
}
