import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { Config } from '../../shared/platform/config.ts';

/** A year, as browsers' lists of such sites want it. Subdomains are not ours to decide about. */
const HSTS = { maxAge: 31_536_000, includeSubDomains: false };

/** No page of ours asks for any of these. */
export const PERMISSIONS = 'camera=(), geolocation=(), microphone=(), browsing-topics=()';

type Sources = Record<string, string[]>;

/** Nothing but our own files: no inline script or style, no other host, no frame around us. Structured data in the page is not run, so it needs no exception. */
const OURS_ONLY: Sources = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'frame-src': ["'self'"],
  'img-src': ["'self'"],
  'manifest-src': ["'self'"],
  'media-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
};

/** Headers of every answer; areas with other needs give their own through the route's `helmet`. */
export function securityHeaders(config: Pick<Config, 'baseUrl'>): FastifyHelmetOptions {
  const https = config.baseUrl.startsWith('https:');
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: https ? { ...OURS_ONLY, 'upgrade-insecure-requests': [] } : OURS_ONLY,
    },
    strictTransportSecurity: https ? HSTS : false,
    // Other sites may show our pictures and fetch our feeds: that is what they are for.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    xFrameOptions: { action: 'deny' },
    // Browsers warn when one page of a host asks for it after another did not, and nothing of ours needs it.
    originAgentCluster: false,
    // For browsers and plugins that are gone; every answer would carry them.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  };
}

/** What differs for the lists that other sites show in a frame: nothing runs there, so there is nothing to be tricked into. */
export const FRAMED_ANYWHERE: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ['*'],
      'style-src': ["'self'"],
    },
  },
  xFrameOptions: false,
};

/** A letter as its reader would see it: styles stand in its tags; nothing may run, load or be submitted, and only our own pages may frame it. */
export const LETTER_POLICY = [
  "default-src 'none'",
  "img-src 'self' data:",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');
