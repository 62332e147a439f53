import { readFile } from 'node:fs/promises';
import type { HttpApp, HttpContext } from '../../../adapters/http/parts.ts';
import type { SiteFile, SiteFiles } from '../siteFolder.ts';

/** The page itself: files that the build made. None of them holds anything of the daemon, so that all are open. */
export function mountSite(app: HttpApp, files: SiteFiles): void {
  for (const [path, file] of files) app.get(path, (c) => serveFile(c, file));
}

async function serveFile(c: HttpContext, { path, type, hasGzip, isHashed }: SiteFile): Promise<Response> {
  const takesGzip = /\bgzip\b/i.test(c.req.header('accept-encoding') ?? '');
  const isGzip = hasGzip && takesGzip;
  const bytes = await readFile(isGzip ? `${path}.gz` : path);
  c.header('Content-Type', type);
  if (hasGzip) c.header('Vary', 'Accept-Encoding');
  if (isGzip) c.header('Content-Encoding', 'gzip');
  // What is not named by its content is asked for each time: an update shows at once.
  c.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  return c.body(bytes);
}
