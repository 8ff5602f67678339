/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The guests' own paths end as they like: the proxy sees them unchanged.
  skipTrailingSlashRedirect: true,
  skipProxyUrlNormalize: true,
  // Types are checked by "npm run check".
  typescript: { ignoreBuildErrors: true },
  // No page uses the framework's image service: with this it is off.
  images: { unoptimized: true },
  // Programs that show links read the head only: what it says must be there for all of them.
  htmlLimitedBots: /.*/,
  agentRules: false,
  devIndicators: false,
  // Bodies are cut there without a word; what is passed on has smaller limits of its own that say so.
  experimental: { proxyClientMaxBodySize: '104mb' },
  allowedDevOrigins: ['jampot.localhost', '*.jampot.localhost'],
};

export default config;
