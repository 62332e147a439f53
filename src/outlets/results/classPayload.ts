import type { ClassAnswer } from '../../domain/forecast.ts';
import type { WritablePayload } from '../../domain/outgoing.ts';
import type { OutputBytes } from '../../domain/outputBytes.ts';
import { type EpochMs, toIsoTime } from '../../domain/time.ts';

/** JSON of `<base>/<stream>/class`: the class of one reading, and how good such answers have been. */
export function classJson(at: EpochMs, answer: ClassAnswer): string {
  const { label, classes, probabilities, since, source, scores } = answer;
  // Written by hand: names such as `1` would else come in an order of their own, and `__proto__` not at all.
  const pairs = classes.map((name, c) => `${JSON.stringify(name)}:${rounded(probabilities[c])}`);
  const head = JSON.stringify({
    ts: toIsoTime(at),
    class: label,
    since: toIsoTime(since),
    confidence: rounded(probabilities[classes.indexOf(label)]),
  });
  const tail = JSON.stringify({
    source,
    labels: scores?.labels ?? null,
    labelled: rounded(scores?.labelled),
    accuracy: rounded(scores?.accuracy),
    macro_f1: rounded(scores?.macroF1),
    classes_seen: scores?.seen ?? null,
    calibration_error: rounded(scores?.calibrationError),
  });
  return `${head.slice(0, -1)},"probabilities":{${pairs.join(',')}},${tail.slice(1)}`;
}

/** The same as a payload that writes itself. */
export class ClassPayload implements WritablePayload {
  #json = '';

  /** The payload is of this answer until the next one is set. */
  set(at: EpochMs, answer: ClassAnswer): void {
    this.#json = classJson(at, answer);
  }

  writeTo(out: OutputBytes): void {
    const bytes = Buffer.byteLength(this.#json);
    out.reserve(bytes);
    out.bytes.write(this.#json, out.length);
    out.length += bytes;
  }
}

/** Four decimals; null for what is not known. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e4) / 1e4;
}
