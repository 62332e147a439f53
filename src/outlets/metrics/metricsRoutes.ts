import { accepts } from 'hono/accepts';
import type { RegistryContentType } from 'prom-client';
import type { HttpApp, HttpContext, HttpRoutes } from '../../adapters/http/parts.ts';
import type { OutletContext } from '../outlet.ts';
import { Exposition, OPEN_METRICS, TEXT } from './exposition.ts';
import type { MetricSources } from './family.ts';
import { GradientNorms } from './gradientNorms.ts';
import type { CheckStatus, Checks } from './progress.ts';

export interface MetricsRoutesOptions {
  readonly sources: MetricSources;
  readonly inspect: OutletContext['inspect'];
  readonly checks: () => Checks;
}

/** Addresses for Prometheus and for supervisors. */
export function metricsRoutes({ sources, inspect, checks }: MetricsRoutesOptions): HttpRoutes {
  const exposition = new Exposition({ ...sources, gradients: new GradientNorms(inspect) });
  return {
    // A supervisor has no token, and the answers name nothing.
    open: ['/healthz', '/readyz'],
    mount(app: HttpApp): void {
      app.get('/metrics', async (c) => {
        const mediaType = mediaTypeFor(c);
        c.header('Content-Type', mediaType);
        c.header('Cache-Control', 'no-store');
        return c.body(await exposition.write(mediaType));
      });
      app.get('/healthz', (c) => answer(c, checks(), ['stuck']));
      app.get('/readyz', (c) => answer(c, checks(), ['stuck', 'degraded']));
      app.get('/version', (c) =>
        c.json({
          version: sources.version,
          node: process.versions.node,
          arch: process.arch,
          platform: process.platform,
        }),
      );
    },
  };
}

/** OpenMetrics for those who ask for it before plain text, as Prometheus does. */
function mediaTypeFor(c: HttpContext): RegistryContentType {
  const wanted = accepts(c, {
    header: 'Accept',
    supports: ['application/openmetrics-text', 'text/plain'],
    default: 'text/plain',
  });
  return wanted === 'text/plain' ? TEXT : OPEN_METRICS;
}

/** @param bad statuses with which the answer is 503 */
function answer(c: HttpContext, checks: Checks, bad: readonly CheckStatus[]): Response {
  const isBad = Object.values(checks).some(({ status }) => bad.includes(status));
  c.header('Cache-Control', 'no-store');
  return c.json({ status: isBad ? 'error' : 'ok', checks }, isBad ? 503 : 200);
}
