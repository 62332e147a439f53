import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EarlyEnds, type StrangerFate } from '../../../../src/adapters/mqtt/client/earlyEnds.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';

const SILENCE = toDurationMs(30_000);
const UNEXPLAINED = { isTakenOver: false, isUnexplained: true };
const TAKEN_OVER = { isTakenOver: true, isUnexplained: false };
const EXPLAINED = { isTakenOver: false, isUnexplained: false };

function afterThreeEnds(): EarlyEnds {
  const ends = new EarlyEnds({ silence: SILENCE });
  for (let i = 0; i < 3; i++) {
    expect(ends.begin()).toBe(0);
    expect(ends.ended(UNEXPLAINED)).toBe('open');
  }
  expect(ends.begin()).toBe(SILENCE);
  return ends;
}

describe('early ends of connections', () => {
  it('are over something that we send where the silent connection lives', () => {
    const ends = afterThreeEnds();
    ends.endTrial();
    expect(ends.ended(UNEXPLAINED)).toBe('ours');
    expect(ends.begin()).toBe(0);
  });

  it.each([
    ['lived', 'contested'],
    ['closed', 'everyone'],
    ['refused', 'untold'],
  ] as const)('where the silent one is closed too, and a stranger %s: %s', (fate, cause) => {
    const ends = afterThreeEnds();
    expect(ends.ended(UNEXPLAINED)).toBe('silent');
    expect(ends.strangerEnded(fate)).toBe(cause);
    expect([ends.begin(), ends.ended(UNEXPLAINED)]).toEqual([0, cause]);
    ends.lasted();
    expect([ends.begin(), ends.ended(UNEXPLAINED)]).toEqual([0, 'open']);
  });

  it('are of a contested client id where the broker says so three times', () => {
    const ends = new EarlyEnds({ silence: SILENCE });
    expect([1, 2, 3].map(() => ends.ended(TAKEN_OVER))).toEqual(['open', 'open', 'contested']);
  });

  it('with a broker out of reach in between are none', () => {
    const ends = new EarlyEnds({ silence: SILENCE });
    for (let i = 0; i < 9; i++) {
      expect(ends.begin()).toBe(0);
      expect(ends.ended(UNEXPLAINED)).toBe('open');
      ends.unreachable();
    }
  });

  it('are never called contested without a word of the broker, or a stranger that lived where a silent connection did not', () => {
    type Step = 'unexplained' | 'taken over' | 'explained' | 'unreachable' | 'lasted' | StrangerFate;
    const step = fc.constantFrom<Step[]>(
      ...(['unexplained', 'unexplained', 'unexplained', 'taken over', 'explained'] as const),
      ...(['unreachable', 'lasted', 'lived', 'closed', 'refused'] as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ends = new EarlyEnds({ silence: SILENCE });
        let takenOver = 0;
        let isProven = false;
        let asksForStranger = false;
        for (const it of steps) {
          if (asksForStranger) {
            const fate = it === 'lived' || it === 'closed' ? it : 'refused';
            isProven = fate === 'lived';
            expect(ends.strangerEnded(fate) === 'contested').toBe(isProven);
            asksForStranger = false;
          } else if (it === 'unreachable') ends.unreachable();
          else if (it === 'lasted') {
            ends.lasted();
            isProven = false;
            takenOver = 0;
          } else {
            const wasSilent = ends.begin() > 0;
            const end = it === 'taken over' ? TAKEN_OVER : it === 'explained' ? EXPLAINED : UNEXPLAINED;
            takenOver = it === 'taken over' ? takenOver + 1 : 0;
            const cause = ends.ended(end);
            asksForStranger = cause === 'silent';
            expect(asksForStranger).toBe(wasSilent && end === UNEXPLAINED);
            if (takenOver >= 3) isProven = true;
            if (cause === 'contested') expect(isProven).toBe(true);
          }
        }
      }),
    );
  });
});
