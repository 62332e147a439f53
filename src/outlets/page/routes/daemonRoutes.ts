import type { HttpApp } from '../../../adapters/http/parts.ts';
import { bridgeInfo } from '../../bridge/bridgeInfo.ts';
import type { PagePorts } from '../pagePorts.ts';
import { json } from './json.ts';

/** `api/health` and `api/info`: what `bridge/health` and `bridge/info` have over MQTT, as it is now. */
export function mountDaemon(app: HttpApp, { context, version, health }: PagePorts): void {
  app.get('/api/health', (c) => json(c, health()));
  app.get('/api/info', (c) =>
    json(c, bridgeInfo(context.configNow(), version, context.control.configuration.restartRequired)),
  );
}
