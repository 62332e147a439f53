import type { HttpRoutes } from '../../../adapters/http/parts.ts';
import type { PagePorts } from '../pagePorts.ts';
import { listSite } from '../siteFolder.ts';
import { mountAlarms } from './alarmRoutes.ts';
import { mountDaemon } from './daemonRoutes.ts';
import { mountDoctor } from './doctorRoutes.ts';
import { mountEvents } from './eventRoutes.ts';
import { mountProbes } from './probeRoutes.ts';
import { mountRequests } from './requestRoutes.ts';
import { mountSite } from './siteRoutes.ts';
import { mountStreams } from './streamRoutes.ts';

/** All that the page answers. */
export function createPageRoutes(ports: PagePorts): HttpRoutes {
  const site = listSite();
  return {
    open: [...site.keys()],
    mount(app) {
      mountSite(app, site);
      mountProbes(app, ports);
      mountStreams(app, ports);
      mountAlarms(app, ports);
      mountDaemon(app, ports);
      mountDoctor(app, ports);
      mountEvents(app, ports.events);
      mountRequests(app, ports);
    },
  };
}
