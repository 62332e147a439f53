import type { Mutant } from './mutant.ts';

const VERDICTS = 'learner/anomaly/verdicts.ts';
const PATTERNS = 'learner/anomaly/faultPatterns.ts';
const RESTLESS = 'learner/anomaly/restlessPatterns.ts';

/** Errors in the code that learns from verdicts. */
export const VERDICT_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'a fault is not remembered',
      file: VERDICTS,
      text: 'detectors.faults.add(order.evidence, knownTo(order, detectors.range));',
      becomes: '',
    },
    {
      name: 'what was called a fault stays one though it is normal',
      file: VERDICTS,
      text: 'faults.remove(evidence);',
      becomes: '',
    },
    {
      name: 'a jump stays strange though it is normal',
      file: VERDICTS,
      text: 'jump.expect(evidence.jump);',
      becomes: '',
    },
    {
      name: 'standing still stays strange though it is normal',
      file: VERDICTS,
      text: 'stillness.expect(Math.ceil((1 + ROOM) * still));',
      becomes: '',
    },
    {
      name: 'what is below the range stays strange though it is normal',
      file: VERDICTS,
      text: 'if (low < known.low) range.include',
      becomes: 'if (low < known.low - 1e9) range.include',
    },
    {
      name: 'what is above the range stays strange though it is normal',
      file: VERDICTS,
      text: 'if (high > known.high) range.include',
      becomes: 'if (high > known.high + 1e9) range.include',
    },
    {
      name: 'faults are forgotten with the process',
      file: PATTERNS,
      text: "this.#zoneCount = io.number('zoneCount', this.#zoneCount);",
      becomes: "this.#zoneCount = io.number('zoneCount', 0);",
    },
    {
      name: 'how long a fault has lasted is forgotten with the process',
      file: PATTERNS,
      text: "this.#inZone = io.number('inZone', this.#inZone);",
      becomes: "this.#inZone = io.number('inZone', 0);",
    },
    {
      name: 'a fault that stays is one for ever',
      file: PATTERNS,
      text: 'if (this.#inZone <= LASTING_ROWS) return true;',
      becomes: 'if (this.#inZone > 0) return true;',
    },
    {
      name: 'a fault below the range is learned when it comes again',
      file: PATTERNS,
      text: 'if (low < known.low) this.#addZone(known.low, low);',
      becomes: '',
    },
    {
      name: 'jumps that are a fault become a habit',
      file: PATTERNS,
      text: "if (channel === 'jump') this.jumps.add(jump);",
      becomes: '',
    },
    {
      name: 'standing still that is a fault becomes a habit',
      file: PATTERNS,
      text: "if (channel === 'still') this.stills.add(still);",
      becomes: '',
    },
    {
      name: 'restless readings that are a fault are not remembered',
      file: VERDICTS,
      text: 'detectors.restless.addFault(contrast);',
      becomes: '',
    },
    {
      name: 'restless readings that are normal are not remembered',
      file: VERDICTS,
      text: 'if (detectors.restless.addNormal(contrast))',
      becomes: 'if (contrast.restless > 0)',
    },
    {
      name: 'restless readings are forgotten with the process',
      file: RESTLESS,
      text: 'Count`, this.#count);',
      becomes: 'Count`, 0);',
    },
    {
      name: 'for how long restless readings have been a fault is forgotten with the process',
      file: RESTLESS,
      text: "this.#faulty = io.number('faulty', this.#faulty);",
      becomes: "this.#faulty = io.number('faulty', 0);",
    },
    {
      name: 'restless readings: forecasts find back from what is normal at once after a kill',
      file: RESTLESS,
      text: "this.#calming = io.number('calming', this.#calming);",
      becomes: "this.#calming = io.number('calming', 0);",
    },
    {
      name: 'a place where a sensor was stuck is one to rest at',
      file: VERDICTS,
      text: "if (order.evidence.channel === 'still') detectors",
      becomes: "if (order.evidence.channel === 'limit') detectors",
    },
  ] as const
).map((mutant) => ({ ...mutant, simulation: 'verdicts' }));
