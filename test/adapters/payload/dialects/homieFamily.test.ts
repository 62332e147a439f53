import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import type { ReadingSink } from '../../../../src/adapters/payload/dialects/dialect.ts';
import { createFamily } from '../../../../src/adapters/payload/dialects/homieFamily.ts';
import { createPresences } from '../../../../src/adapters/payload/dialects/presences.ts';
import type { StreamId } from '../../../../src/domain/streamId.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';

const BRIDGE = 'homie/5/bridge';
const LAMP = 'homie/5/lamp';

/** A family, and who of it is gone. */
function familyStage() {
  const presences = createPresences(() => undefined);
  const family = createFamily();
  const out = { tellPresence: presences.tell } as unknown as ReadingSink;
  return {
    say: (device: string, state: 'ready' | 'disconnected' | 'lost') =>
      family.tell(device, state === 'ready', state === 'lost', out),
    join: () => family.join(LAMP, BRIDGE, out),
    isGone: () => presences.isGone(`${LAMP}/a/b`),
  };
}

describe('children of a Homie device', () => {
  it('are gone with their root, and back with it', () => {
    const { say, join, isGone } = familyStage();
    join();
    say(LAMP, 'ready');
    say(BRIDGE, 'ready');
    expect(isGone()).toBe(false);
    say(BRIDGE, 'lost');
    expect(isGone()).toBe(true);
    say(BRIDGE, 'ready');
    expect(isGone()).toBe(false);
  });

  it('are gone where their root was lost before they were described', () => {
    const { say, join, isGone } = familyStage();
    say(BRIDGE, 'lost');
    join();
    expect(isGone()).toBe(true);
  });

  it('stay what they say of themselves where their root disconnects in order, or comes back', () => {
    const { say, join, isGone } = familyStage();
    join();
    say(LAMP, 'disconnected');
    say(BRIDGE, 'lost');
    say(BRIDGE, 'ready');
    expect(isGone()).toBe(true);
    say(LAMP, 'ready');
    say(BRIDGE, 'disconnected');
    expect(isGone()).toBe(false);
  });

  it('are known by the description that comes over the broker', () => {
    const specs = [
      { ...makeSpec('#', 'auto', { time: { sanity: false } }), source: { dialect: 'auto' as const, booleans: false } },
    ];
    const decoder = createDecoder({
      ...{
        specs,
        limits: LIMITS,
        zoneOffsetOf: () => UTC_PLUS_1,
        report: () => undefined,
        matchesFilter,
        maxTopics: 9,
      },
    });
    const hear = (topic: string, payload: string) => decoder.decode(inbound(topic, payload));
    hear(`${LAMP}/$description`, '{"root":"bridge","parent":"bridge","nodes":{}}');
    hear(`${LAMP}/a/b`, '5');
    hear(`${BRIDGE}/$state`, 'lost');
    expect(decoder.sensorOf('homie/5/lamp/a/b' as StreamId)?.isSilent).toBe(true);
    hear(`${LAMP}/a/b`, '6');
    expect(decoder.sensorOf('homie/5/lamp/a/b' as StreamId)?.isSilent).toBe(false);
  });
});
