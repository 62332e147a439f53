import { canNameStream, encodeStreamId } from '../../../domain/streamId.ts';
import type { About, StreamSpec } from '../../../domain/streamSpec.ts';
import type { Claim } from '../intake.ts';
import { StreamUnit } from '../streamUnit.ts';
import { noteIn } from '../unitMemory.ts';
import type { DeviceBook } from './deviceBook.ts';

/** A stream that one topic has made. */
export interface OwnedStream extends Claim {
  readonly about: About;
  /** Number of the last message that gave it a reading, and the time of that. */
  message: number;
  at: number;
}

/** The sender as the entry names it: its id stands for the topic. */
function nameSender(sender: string, topic: string, id: string | undefined): string {
  return id !== undefined && sender.startsWith(topic) ? `${id}${sender.slice(topic.length)}` : sender;
}

/** Place of a reading: the topic that it came on, and its entry. */
interface Place {
  readonly topic: string;
  readonly spec: Pick<StreamSpec, 'id'>;
}

/** The name of the stream of a reading. @param base its sender, where that is not the topic */
export function nameReading({ topic, spec }: Place, path: string | undefined, base: string | undefined): string {
  return `${nameSender(base ?? topic, topic, spec.id)}${path === undefined ? '' : `/${path}`}`;
}

/** The unit of the stream of a reading that writes it behind its number. */
export function unitOfReading(
  place: Place & { readonly devices: DeviceBook },
  path: string | undefined,
  base: string | undefined,
): StreamUnit {
  const { abouts, units } = place.devices;
  const name = nameReading(place, path, base);
  const stream = canNameStream(name) ? encodeStreamId(name) : undefined;
  return new StreamUnit(abouts.of(base ?? place.topic, path), noteIn(units, stream));
}
