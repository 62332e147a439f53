import type { DropReason } from '../../../domain/dropReason.ts';
import type { About } from '../../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../../domain/time.ts';
import type { Intake } from '../intake.ts';
import type { DeviceBook } from './deviceBook.ts';
import type { ReadingSink, SenderNews } from './dialect.ts';

/** Takes from the messages of a topic what they say of devices. Their readings are of no stream: none is taken, and none is counted. */
export class Descriptions implements ReadingSink {
  readonly takesTexts = false;
  readonly takesWords = false;
  readonly zone: ZoneOffset;
  readonly #devices: DeviceBook;
  #isOld = false;

  constructor(devices: DeviceBook, zone: ZoneOffset) {
    this.#devices = devices;
    this.zone = zone;
  }

  begin({ message }: Intake): void {
    this.#isOld = message.retained && !this.#devices.takesRetained;
  }

  end(reason: DropReason | undefined): DropReason {
    return reason === 'availability' ? reason : 'not-a-reading';
  }

  declare(base: string, path: string | undefined, about: About): void {
    this.#devices.abouts.declare(base, path, about);
  }

  tellPresence(topics: string, isThere: boolean): void {
    this.#devices.presences.tell(topics, isThere);
  }

  report(news: SenderNews): void {
    if (!this.#isOld) this.#devices.report(news);
  }

  takeKnownLayout(): boolean {
    return false;
  }

  offer(): void {
    // A reading of another topic of the device.
  }

  beginBatch(): void {
    // No readings are spread.
  }

  learnLayout(): void {
    // No readings are taken quickly.
  }

  refuse(): void {
    // Its parts are no readings, so none of them is missing.
  }

  passOver(): void {
    // As all other numbers of the message.
  }

  passOverDeep(): void {
    // As all other numbers of the message.
  }

  passOverText(): void {
    // As all other texts of the message.
  }
}
