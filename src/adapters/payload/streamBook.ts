import { TidegateError } from '../../domain/errors.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { StreamSpec } from '../../domain/streamSpec.ts';
import { createRecentMap } from './recentMap.ts';

/** Where a stream comes from: one topic, and the configuration entry that reads it. */
export interface StreamSource {
  readonly topic: string;
  readonly spec: StreamSpec;
}

/** `same-topic`: an earlier entry already reads it from this very message. `other-topic`: two sources want one name. */
type Claim = 'granted' | 'same-topic' | 'other-topic';

/** Remembers which source owns each stream, so that two sources are never mixed into one memory. Bounded. */
export interface StreamBook {
  claim(stream: StreamId, source: StreamSource): Claim;
  settingsOf(stream: StreamId): StreamSettings;
}

export function createStreamBook(capacity: number): StreamBook {
  const owners = createRecentMap<StreamId, StreamSource>(capacity);
  return {
    claim(stream, source) {
      const owner = owners.get(stream);
      if (owner === undefined) owners.set(stream, source);
      if (owner === undefined || (owner.topic === source.topic && owner.spec === source.spec)) return 'granted';
      return owner.topic === source.topic ? 'same-topic' : 'other-topic';
    },
    settingsOf(stream) {
      const owner = owners.get(stream);
      if (owner === undefined) throw new TidegateError('TG_INTERNAL', `settings asked of unknown stream ${stream}`);
      return owner.spec.settings;
    },
  };
}
