import { TidegateError } from '../../domain/errors.ts';
import { type MemoryProbe, type MemoryRequest, NO_MEMORY, type NoMemory } from '../../domain/memoryProbe.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { readLearner } from '../../hosts/export/storedState.ts';
import { networksOf } from '../../learner/carryOver/names.ts';
import { parseSchema } from '../../learner/carryOver/schema.ts';
import { classesIn } from '../../learner/probe/probeClass.ts';
import { probeMemory } from '../../learner/probe/probeMemory.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';

/**
 * Looks into the memory of a stream by its stored state: that of the network of its classes, or of a network that forecasts.
 * @throws TidegateError TG_USAGE where there is none; SnapshotError where the state is damaged
 */
export function probeStream(state: Uint8Array, stream: StreamId, request: MemoryRequest): MemoryProbe {
  const contents = readLearner(state);
  const hasClasses = classesIn(contents) !== undefined;
  const { network = hasClasses && request.horizon === undefined ? 'classes' : undefined } = request;
  const found = probeMemory(contents, stream, { ...request, network });
  if (typeof found !== 'string') return found;
  throw new TidegateError(
    'TG_USAGE',
    `stream ${JSON.stringify(stream)} ${NO_MEMORY[found]}${choiceOf(contents, found)}`,
  );
}

/** Names that may stand there instead. */
function choiceOf(contents: SnapshotContents, reason: NoMemory): string {
  const schema = parseSchema(contents.schema);
  if (schema === undefined) return '';
  if (reason === 'no-horizon') return `, only ${schema.horizons.join(', ')}`;
  return reason === 'no-such-network' ? `, only ${networksOf(schema).join(', ') || 'plain experts'}` : '';
}
