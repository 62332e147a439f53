import { hostname } from 'node:os';
import { HttpListener } from '../adapters/http/listener.ts';
import type { Serve } from '../adapters/http/parts.ts';
import type { Settings } from '../config/settings.ts';
import type { Report } from '../domain/events.ts';

/** The listener of the page and the metrics; it opens with the first part that is served. */
export function serveOver(settings: Settings, report: Report): Serve {
  return new HttpListener({ settings: () => settings.config.page, report, hostname: hostname() }).serve;
}
