import { createZoneOffset } from '../adapters/clock/zoneOffset.ts';
import type { ZoneOffset } from '../domain/time.ts';

/** One offset function per zone: each keeps what Intl answered. There are as many zones as the configuration names. */
export function rememberZones(): (zone: string) => ZoneOffset {
  const offsets = new Map<string, ZoneOffset>();
  return (zone) => {
    let offset = offsets.get(zone);
    if (offset === undefined) {
      offset = createZoneOffset(zone);
      offsets.set(zone, offset);
    }
    return offset;
  };
}
