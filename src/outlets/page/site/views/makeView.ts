import type { Route } from '../shell/route.ts';
import type { Page, View } from '../shell/view.ts';
import { alarmsView } from './alarms/alarms.ts';
import { configurationView } from './configuration/configuration.ts';
import { memoryView } from './memory/memory.ts';
import { nowhereView } from './nowhere.ts';
import { overviewView } from './overview/overview.ts';
import { streamView } from './stream/stream.ts';
import { systemView } from './system/system.ts';

/** The view of a route. */
export function makeView(page: Page, route: Route): View {
  switch (route.view) {
    case 'overview':
      return overviewView(page);
    case 'stream':
      return streamView(page, route.stream);
    case 'memory':
      return memoryView(page, route.stream);
    case 'alarms':
      return alarmsView(page);
    case 'system':
      return systemView(page);
    case 'configuration':
      return configurationView(page);
    case 'nowhere':
      return nowhereView();
  }
}
