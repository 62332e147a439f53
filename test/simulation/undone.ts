import { seededRandom } from '../support/rounds.ts';
import { type Exported, UndoneLife } from './undoneLife.ts';

const STEPS = 60;
const SECOND = 1000;

export interface UndoneOutcome {
  /** Differences from what should have been. */
  readonly faults: readonly string[];
  /** Outcomes of the orders to go back. */
  readonly outcomes: ReadonlySet<string>;
}

/** A history of readings, labels, snapshots, kills, and orders to go back: streams have the bytes of those that never had what is omitted. */
export async function simulate(seed: number): Promise<UndoneOutcome> {
  const random = seededRandom(seed);
  const outcomes = new Set<string>();
  let exported: Exported | undefined;
  const life = new UndoneLife();
  await life.start();
  for (let step = 0; step < STEPS; step++) {
    const name = random(3) === 0 ? 'b' : 'a';
    const value = random(10);
    const since = life.time.now - value * SECOND - 1;
    const faults = await act(random(24));
    if (faults.length > 0) return { faults: faults.map((fault) => `step ${step}: ${fault}`), outcomes };

    async function act(kind: number): Promise<readonly string[]> {
      if (kind < 10) await life.read(name, value);
      else if (kind === 10) await life.label(name, value);
      else if (kind < 13) await life.save();
      else if (kind === 13) await life.kill();
      else if (kind > 20) return takeOver(kind);
      else if (kind === 20) exported = (await life.export(name)) ?? exported;
      else if (kind === 14) return life.undoAndKill(name, since, random(4000));
      else {
        const among = Array.from({ length: value }, (_, i) => i);
        const undone =
          kind < 17
            ? await life.undo(name, since)
            : kind === 17
              ? await life.undoAmong(name, since, among)
              : await life.omit(name, since, since + 3 * SECOND);
        outcomes.add(undone.kind);
        return life.faults();
      }
      return [];
    }

    /** A state of another stream, or of before, in the place of what the stream has learned. */
    async function takeOver(kind: number): Promise<readonly string[]> {
      if (exported === undefined) return [];
      if (kind === 21) return life.adoptAndKill(name, exported, random(4000));
      outcomes.add(await life.adopt(name, exported, kind === 22 ? [] : Array.from({ length: value }, (_, i) => i)));
      return life.faults();
    }
  }
  await life.kill();
  return { faults: await life.faults(), outcomes };
}
