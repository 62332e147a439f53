import type { Mutant } from './mutant.ts';

const CARRY = 'learner/carryOver/';

/** Errors in the code that carries learning over to other settings. */
export const CHANGE_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'the linear model begins anew under other settings',
      file: `${CARRY}carryLinear.ts`,
      text: '.weights`, weights);',
      becomes: '.weights`, weights.fill(0));',
    },
    {
      name: 'scales begin anew under other settings',
      file: `${CARRY}carryOver.ts`,
      text: 'carryScales(result, old, placesOfRows);',
      becomes: "result.set('row.scales', arrayOf(old.entries, 'row.scales').map((scale) => 2 * scale));",
    },
    {
      name: 'all experts have the losses of the first',
      file: `${CARRY}places.ts`,
      text: 'renumber(name, BY_EXPERT, places.experts)',
      becomes: 'renumber(name, BY_EXPERT, places.experts.map(() => 0))',
    },
    {
      name: 'inputs are found by their place',
      file: `${CARRY}names.ts`,
      text: 'const hasNames = inputNames !== undefined &&',
      becomes: 'const hasNames = inputNames === undefined &&',
    },
    {
      name: 'further inputs of the tail are found by their place',
      file: 'hosts/stream/inputPlaces.ts',
      text: 'own.map((name) => inputNames.indexOf(name))',
      becomes: 'own.map((_, i) => i)',
    },
    {
      name: 'the journal does not say which inputs the values belong to',
      file: 'state/log/readingCodec.ts',
      text: 'out.nameInputs(stream, inputs.length, inputNames);',
      becomes: 'out.nameInputs(stream, inputs.length);',
    },
    {
      name: 'all tails have the further inputs of the first',
      file: 'state/log/packedInputs.ts',
      text: 'return place < 0 ? this.#names.push(names) : place + 1;',
      becomes: 'return place < 0 && this.#names.length === 0 ? this.#names.push(names) : 1;',
    },
    {
      name: 'h and c are forgotten in a growth',
      file: `${CARRY}carryNetworks.ts`,
      text: 'carried[unit] = place < 0 ? 0 : newest[place];',
      becomes: 'carried[unit] = place < 0 ? newest[0] : 0;',
    },
    {
      name: 'gates of units are mixed up in a growth',
      file: 'model/moveNetwork.ts',
      text: 'unit < 0 ? -1 : gate * oldUnits + unit)',
      becomes: 'unit < 0 ? -1 : ((gate + 1) % gates) * oldUnits + unit)',
    },
    {
      name: 'old units see what is new',
      file: 'model/moveNetwork.ts',
      text: '* (factors?.[k] ?? 1) : 0;',
      becomes: '* (factors?.[k] ?? 1) : 0.5;',
    },
    {
      name: 'networks learn no rows for a new horizon',
      file: `${CARRY}untaught.ts`,
      text: '(place < 0 ||',
      becomes: '(place < -1 ||',
    },
    {
      name: 'networks that were put aside are forgotten',
      file: `${CARRY}carryState.ts`,
      text: 'if (keptFor > 0) former.add(old, name, at);',
      becomes: 'if (keptFor > 0 && name.length < 2) former.add(old, name, at);',
    },
    {
      name: 'a stream that is carried over is young again',
      file: `${CARRY}places.ts`,
      text: 'if (OF_ERRORS.test(name) && !places.isWatchedKept) return undefined;',
      becomes: "if (name.startsWith('anomaly')) return undefined;",
    },
    {
      name: 'the rows kept of the stream begin at another time with each start',
      file: `${CARRY}keptRows.ts`,
      text: 'const zoneOffset = toDurationMs(moment[LOCAL] - moment[AT]);',
      becomes: 'const zoneOffset = toDurationMs(moment[LOCAL] - moment[AT] + 1e7 * Math.random());',
    },
  ] as const
).map((mutant) => ({ ...mutant, simulation: 'changes' }));
