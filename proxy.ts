import { join } from 'node:path';
import { NextResponse, type NextRequest } from 'next/server';
import { classifyHost } from './lib/origins.ts';
import { removeForeignCookies } from './lib/server/foreign-cookies.ts';
import { readInlineScript } from './lib/server/pages/inline-script.ts';
import { routeRequest, type Decision } from './lib/server/route-request.ts';
import { readSettings } from './lib/server/settings.ts';

const settings = readSettings(process.env, process.cwd());

const hostScript = (): string | null => readInlineScript(join(process.cwd(), 'public', 'engine', 'host.js'));

/** Every request, static files included, passes here first and is routed by its Host header. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = new URL(request.url);
  const asked = { method: request.method, path: pathname, search, header: (name: string) => request.headers.get(name) };
  const decision = routeRequest(asked, settings, hostScript);
  const response = responseTo(decision, request);
  if (classifyHost(request.headers.get('host'), settings.base).kind !== 'ide') return response;
  const { setCookie, clearSiteData } = removeForeignCookies(request.headers.get('cookie'), settings.base);
  for (const cookie of setCookie) response.headers.append('Set-Cookie', cookie);
  if (clearSiteData !== undefined) response.headers.set('Clear-Site-Data', clearSiteData);
  return response;
}

function responseTo(decision: Decision, request: NextRequest): NextResponse {
  switch (decision.action) {
    case 'next':
      return NextResponse.next({ headers: decision.headers });
    case 'rewrite':
      return NextResponse.rewrite(new URL(decision.path, request.url), { headers: decision.headers });
    case 'redirect':
      return NextResponse.redirect(decision.location, 307);
    case 'respond':
      return new NextResponse(request.method === 'HEAD' ? null : decision.body, { status: decision.status, headers: decision.headers });
  }
}
