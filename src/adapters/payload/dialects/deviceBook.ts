import type { Report } from '../../../domain/events.ts';
import type { UnitMemory } from '../unitMemory.ts';
import { type AboutBook, createAboutBook } from './aboutBook.ts';
import { createPresences, type Presences } from './presences.ts';

/** Declarations of devices about themselves, whichever entry of the configuration heard them. Bounded. */
export interface DeviceBook {
  readonly abouts: AboutBook;
  readonly presences: Presences;
  readonly report: Report;
  /** Readings that the broker had kept count as others do. */
  readonly takesRetained: boolean;
  /** Units of the readings of processes before; undefined: none are known, and none are kept. */
  readonly units: UnitMemory | undefined;
}

export function createDeviceBook(report: Report, takesRetained: boolean, units?: UnitMemory | undefined): DeviceBook {
  return { abouts: createAboutBook(report), presences: createPresences(report), report, takesRetained, units };
}
