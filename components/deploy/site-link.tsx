'use client';
import { Check, Copy, ExternalLink } from 'lucide-react';
import { Fragment, useState, type ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';

/** An address that opens in a new tab and can be copied. All of it is shown, in as many lines as it takes. */
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
        <span className="wrap-anywhere">
          {url
            .replace(/^https?:\/\//, '')
            .split(/(?<=\.)|(?=--)/)
            .map((part, index) => (
              // The parts of an address stay in their places.
              // oxlint-disable-next-line react/no-array-index-key
              <Fragment key={index}>
                {index === 0 ? null : <wbr />}
                {part}
              </Fragment>
            ))}
        </span>
        <ExternalLink aria-hidden className="size-3 shrink-0" />
      </a>
      <IconButton
        label={copied ? 'Copied' : `Copy the address: ${label.toLowerCase()}`}
        side="top"
        className="-my-0.5 size-6! [&>svg]:size-3.5!"
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
