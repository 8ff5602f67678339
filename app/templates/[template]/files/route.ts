import { readTemplate } from '../../../../lib/templates/read-template.ts';
import { findTemplate, TEMPLATES } from '../../../../lib/templates/template.ts';

export const dynamic = 'force-static';
export const dynamicParams = false;

export function generateStaticParams(): { template: string }[] {
  return TEMPLATES.map(({ id }) => ({ template: id }));
}

/** A template's files as one JSON, made at build time. */
export async function GET(_request: Request, { params }: { readonly params: Promise<{ template: string }> }): Promise<Response> {
  const info = findTemplate((await params).template);
  if (info === null) return new Response('No such template\n', { status: 404 });
  return Response.json(await readTemplate(info));
}
