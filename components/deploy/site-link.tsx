'use client';
import { Check, Copy, ExternalLink } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';

/** An address that opens in a new tab and can be copied. */
export function SiteLink({ label, url }: { readonly label: string; readonly url: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  return (
    <p className="flex min-w-0 items-center gap-1">
      <a
        href={url}
        target="_blank"
        rel="noreferrer"
        aria-label={`${label}: ${url}`}
        title={url}
        className="flex min-w-0 items-center gap-1.5 rounded-sm font-medium text-accent-text hover:underline"
      >
        <span className="truncate">{url.replace(/^https?:\/\//, '')}</span>
        <ExternalLink aria-hidden className="size-3 shrink-0" />
      </a>
      <IconButton
        label={copied ? 'Copied' : `Copy the address: ${label.toLowerCase()}`}
        side="top"
        className="size-6! [&>svg]:size-3.5!"
        onClick={() => {
          void navigator.clipboard.writeText(url).then(() => setCopied(true));
          setTimeout(() => setCopied(false), 2000);
        }}
      >
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      </IconButton>
    </p>
  );
}
