import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { TemplateInfo } from '../../lib/templates/template.ts';

/** A plain link: a project needs a page of its own, since one page boots one engine. */
export function TemplateCard({ template }: { readonly template: TemplateInfo }): ReactNode {
  return (
    <a
      href={`/new/${template.id}`}
      className="group flex flex-col overflow-hidden rounded-lg border border-line bg-raised transition-[border-color,box-shadow] hover:border-line-strong hover:shadow-float"
    >
      <BlogSketch />
      <span className="flex flex-1 flex-col gap-0.5 p-4">
        <span className="flex items-center justify-between gap-2">
          <span className="text-[14px] font-semibold">{template.title}</span>
          <ArrowRight
            aria-hidden
            className="size-4 text-faint transition-[translate,color] group-hover:translate-x-0.5 group-hover:text-accent-text"
          />
        </span>
        <span className="text-soft">{template.description}</span>
        <span className="mt-1.5 text-xs text-faint">{template.generator}</span>
      </span>
    </a>
  );
}

/** The blog as a drawing: masthead, headline, three posts. */
function BlogSketch(): ReactNode {
  return (
    <svg
      aria-hidden
      viewBox="0 0 320 150"
      className="block w-full border-b border-line bg-[light-dark(oklch(0.97_0.013_70),oklch(0.215_0.012_50))]"
    >
      <g transform="translate(52 26)">
        <rect width="216" height="140" rx="6" className="fill-[light-dark(oklch(0.995_0.004_75),oklch(0.25_0.01_55))] stroke-line" />
        <rect x="18" y="16" width="9" height="10" rx="2" fill="var(--accent)" />
        <rect x="32" y="19" width="42" height="4" rx="2" className="fill-soft" />
        <rect x="160" y="19" width="16" height="4" rx="2" className="fill-line-strong" opacity=".6" />
        <rect x="182" y="19" width="16" height="4" rx="2" className="fill-line-strong" opacity=".6" />
        <rect x="18" y="42" width="142" height="8" rx="2.500" className="fill-text" />
        <rect x="18" y="56" width="96" height="4" rx="2" className="fill-line-strong" opacity=".6" />
        <path d="M18 74h180M18 104h180" className="stroke-line" />
        <rect x="18" y="83" width="92" height="5" rx="2" className="fill-soft" />
        <rect x="18" y="93" width="148" height="3.500" rx="1.750" className="fill-line-strong" opacity=".5" />
        <rect x="18" y="113" width="74" height="5" rx="2" className="fill-soft" />
      </g>
    </svg>
  );
}
