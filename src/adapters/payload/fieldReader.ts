import type { DropReason } from '../../domain/dropReason.ts';
import type { InputLimits } from '../../domain/streamSpec.ts';
import type { Intake } from './intake.ts';

/**
 * Reads what one configuration entry wants from the messages of one topic, into the intake. Nothing here throws on any
 * payload. A reason comes back where there was nothing for it; it counts if no other entry found anything either.
 */
export interface FieldReader {
  /** A payload of plain text. */
  readText(text: string, intake: Intake): DropReason | undefined;
  /** A JSON object, or an array of objects: a batch, read in its order. */
  readJson(root: object, intake: Intake): DropReason | undefined;
  /**
   * Takes the one number that it wants out of the bytes from `start` to before `end`, where the payload is of the plain kind; one object less of
   * each kind for each message. Default: it cannot.
   * @returns false where nothing was done, and all is left to the others
   */
  readBytes?(bytes: Uint8Array, start: number, end: number, intake: Intake): boolean;
}

/** Reader like `FieldReader`, for payloads that are neither text nor JSON, or have to be looked at as a whole. */
export interface MessageReader {
  /** Reads the message of the intake. */
  readMessage(intake: Intake, limits: InputLimits): DropReason | undefined;
  readonly readBytes?: undefined;
}

export type TopicReader = FieldReader | MessageReader;
