import { expect, it } from 'vitest';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { ARRIVAL, collectEvents, inbound, LIMITS, makeSpec, matchesFilter } from '../../../fixtures/decoderSetup.ts';

/** Portals that are asked while heartbeats come for two minutes, with the second and whether for everything. */
function asked(keepalive: boolean | undefined, topic = 'N/c06/heartbeat'): readonly string[] {
  const { events, report } = collectEvents();
  const specs = [{ ...makeSpec('#', 'auto'), source: { dialect: 'auto' as const, booleans: false, keepalive } }];
  const options = { specs, limits: LIMITS, zoneOffsetOf: () => () => 0 as never, report, matchesFilter, maxTopics: 9 };
  const { decode } = createDecoder(options);
  const seen: string[] = [];
  for (let second = 0; second < 120; second += 3) {
    decode(inbound(topic, '{"value":1773143880}', ARRIVAL + second * 1000));
    for (const event of events.splice(0))
      if (event.type === 'KeepaliveWanted') seen.push(`${second} ${event.portal} ${event.isFirst}`);
  }
  return seen;
}

it('a portal is asked to go on where the configuration says so, twice a minute, and for everything at first', () => {
  expect(asked(true)).toEqual(['0 c06 true', '30 c06 false', '60 c06 false', '90 c06 false']);
  expect(asked(true, 'N/c06/system/0/Serial')).toHaveLength(4);
});

it('a portal is never asked else, nor by what others send to it', () => {
  expect([asked(false), asked(undefined), asked(true, 'R/c06/keepalive')]).toEqual([[], [], []]);
});
