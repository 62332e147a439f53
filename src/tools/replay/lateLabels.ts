import type { StreamId } from '../../domain/streamId.ts';
import type { Label } from '../../domain/streamInput.ts';
import type { EpochMs } from '../../domain/time.ts';

/** Labels of a recorded series, each told some rows later: as late as in life. */
export class LateLabels {
  readonly #stream: StreamId;
  readonly #delay: number;
  readonly #waiting: { readonly row: number; readonly at: EpochMs; readonly label: string }[] = [];
  #row = 0;

  /** @param delay in rows */
  constructor(stream: StreamId, delay: number) {
    this.#stream = stream;
    this.#delay = delay;
  }

  /** A row has been judged. @param label its class, empty where it has none @param at its time; undefined: it was dropped */
  take(label: string, at: EpochMs | undefined): readonly Label[] {
    if (label !== '' && at !== undefined) this.#waiting.push({ row: this.#row, at, label });
    const told: Label[] = [];
    for (
      let next = this.#waiting[0];
      next !== undefined && next.row + this.#delay <= this.#row;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      told.push({
        kind: 'label',
        stream: this.#stream,
        at: at ?? next.at,
        from: next.at,
        to: next.at,
        label: next.label,
      });
    }
    this.#row++;
    return told;
  }
}
