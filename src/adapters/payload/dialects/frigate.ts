import type { Dialect, DialectMessage, ReadDialect, ReadingSink, UnitOf } from './dialect.ts';
import { offerText, readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectAt, objectOf, reasonWithoutObject } from './walk.ts';

/** Topics of things that happened and of Frigate itself. */
const EVENTS: ReadonlySet<string> = new Set([
  ...[
    'events',
    'reviews',
    'tracked_object_update',
    'triggers',
    'restart',
    'onConnect',
    'camera_activity',
    'notifications',
  ],
  ...['model_state', 'embeddings_reindex_progress', 'job_state', 'birdseye_layout', 'audio_transcription_state'],
]);
/** Numbers of the parts of Frigate's statistics that keep their names; those of its processes change with each start. */
const PARTS = ['cameras', 'detectors'];
const PROCESS = /(?:^|_)pid$|^detection_start$|_enabled$/;
const unitOf: UnitOf = (path = '') =>
  path.endsWith('_fps') ? 'fps' : path.endsWith('dBFS') ? 'dBFS' : path.endsWith('inference_speed') ? 'ms' : undefined;
/** Last levels of topics that others write to, and of pictures. */
const NO_SENSOR: ReadonlySet<string> = new Set(['set', 'snapshot', 'suspend', 'ptz', 'state']);

/** Frigate: `frigate/<camera>/<object>` counts, plain; `frigate/stats`, JSON. */
export const frigate: Dialect = {
  name: 'frigate',
  begins: ['frigate'],
  about: (levels) => (levels[0] === 'frigate' ? ['frigate/available'] : []),
  fits: ({ levels }) => levels[0] === 'frigate' && levels.length >= 2,
  create: createReader,
};

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => PROCESS.test(key) });
  return (message, out) => {
    const { levels } = message;
    const last = levels[levels.length - 1];
    if (levels[1] === 'available') return readAvailable(message, out);
    if (levels[1] === 'stats') {
      const root = objectOf(message);
      if (root === undefined) return reasonWithoutObject(message);
      out.offer(root['detection_fps'] ?? 'absent', 'detection_fps', undefined, unitOf);
      for (const part of PARTS) {
        const holder = objectAt(root, part);
        if (holder !== undefined) walk(part, [holder], out, unitOf);
      }
      return 'no-field';
    }
    if (EVENTS.has(levels[1]) || levels[2] === 'status' || levels.length < 3 || NO_SENSOR.has(last))
      return 'not-a-reading';
    return offerText(message, out, () => unitOf(last));
  };
}

/** `stopped` is said at the end of an orderly stop. */
function readAvailable(message: DialectMessage, out: ReadingSink): 'availability' {
  const { content } = message;
  if (content.kind !== 'text' || content.text !== 'stopped')
    return readAvailability(message, topicsBeside(message), out);
  out.tellPresence(topicsBeside(message), false);
  return 'availability';
}
