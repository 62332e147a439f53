import type { Inbound, Sample } from '../domain/sample.ts';

/** A message that was decoded: its samples, none where all of it was refused but an acknowledgement is owed. */
export interface Arrival {
  readonly message: Inbound;
  readonly samples: readonly Sample[];
}
