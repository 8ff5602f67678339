import type { ReactNode } from 'react';
import { TEMPLATES } from '../../lib/templates/template.ts';
import { Logo } from '../ui/logo.tsx';
import { ImportProject } from './import-project.tsx';
import { RecentList } from './recent-list.tsx';
import { TemplateCard } from './template-card.tsx';

/** Where one begins: what it is in one line, templates, the projects of this browser, import. */
export function StartPage(): ReactNode {
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1040px] flex-col px-6 pb-16">
      <header className="flex h-16 items-center gap-2 font-semibold">
        <Logo size={22} />
        Jampot
      </header>
      <main className="flex flex-1 flex-col gap-12 pt-10 max-sm:pt-4">
        <section className="max-w-2xl">
          <h1 className="text-[clamp(26px,4.2vw,40px)] leading-[1.15] font-semibold tracking-[-0.022em] text-balance">Write a site and see it built, all in this tab.</h1>
          <p className="mt-3 text-[15px] leading-6 text-soft">Real generators on real Node.js, running in your browser. No account, nothing to install.</p>
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
