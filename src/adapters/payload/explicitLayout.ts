import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import { isValidReading } from '../../domain/validReadings.ts';
import { FlatLayout } from './dialects/flatLayout.ts';
import type { FieldPath } from './fieldPath.ts';
import type { Claim, Intake } from './intake.ts';
import { type ReadSampleTime, tellTime, timeNamesOf } from './sampleTime.ts';

interface KeyClaim extends Claim {
  readonly key: string;
}

/** A configured field, as far as it matters here. */
interface LayoutField {
  readonly stream: StreamId | undefined;
  readonly path: FieldPath | undefined;
  readonly source: StreamSource;
}

const NO_TRAIL: readonly object[] = [];

/** Reads configured fields out of the bytes of flat objects that have the keys of the one before, in the order of the configuration. */
export class ExplicitLayout {
  readonly #claims: readonly KeyClaim[];
  readonly #timeOf: ReadSampleTime;
  readonly #layout = new FlatLayout<KeyClaim>();
  /** Places of the fields in a message, in the order of the fields. */
  #places: readonly number[] = [];

  /** @returns undefined where fields are no keys of the message itself, or have no stream */
  static of(fields: readonly LayoutField[], timeOf: ReadSampleTime): ExplicitLayout | undefined {
    const claims = fields.flatMap(({ path, stream, source }): KeyClaim[] =>
      path?.keys.length === 1 && stream !== undefined ? [claimOf(path.text, stream, source)] : [],
    );
    const isWhole = claims.length === fields.length && new Set(claims.map(({ key }) => key)).size === fields.length;
    return isWhole && fields.length > 0 ? new ExplicitLayout(claims, timeOf) : undefined;
  }

  private constructor(claims: readonly KeyClaim[], timeOf: ReadSampleTime) {
    this.#claims = claims;
    this.#timeOf = timeOf;
  }

  /** Learns from an object that was read in the usual way. */
  learn(root: object): void {
    if (this.#layout.isGivenUp) return;
    const record = root as Readonly<Record<string, unknown>>;
    const had = this.#claims.filter(({ key }) => Object.hasOwn(record, key));
    const { time } = (this.#claims[0] as KeyClaim).source.spec.settings;
    if (Array.isArray(root) || !had.every(({ key }) => typeof record[key] === 'number')) {
      this.#layout.forget();
      return;
    }
    const takenAt = (key: string): KeyClaim | undefined => had.find((claim) => claim.key === key);
    this.#layout.learn(root, { times: timeNamesOf(time), takenAt, isOver: () => true });
    const keys = Object.keys(root);
    this.#places = had.map(({ key }) => keys.indexOf(key));
  }

  /** Takes the readings of the message. @returns false: nothing was done */
  take(intake: Intake): boolean {
    const layout = this.#layout;
    const { time } = (this.#claims[0] as KeyClaim).source.spec.settings;
    if (!layout.read(intake.message, timeNamesOf(time))) return false;
    const { told } = layout;
    for (const place of this.#places) {
      const claim = layout.takenAt(place) as KeyClaim;
      const { valid, notation } = claim.source.spec.settings;
      // -0 is no reading of its own.
      const value = layout.valueAt(place) + 0;
      if (isValidReading(value, valid)) {
        if (told === undefined) this.#timeOf(NO_TRAIL, intake);
        else tellTime(told, intake, time);
        intake.acceptClaim(claim, value);
      } else intake.refuseValue('not-valid', value, claim.key, notation);
    }
    return true;
  }
}

function claimOf(key: string, stream: StreamId, source: StreamSource): KeyClaim {
  return { key, stream, source, owner: undefined, epoch: 0 };
}
