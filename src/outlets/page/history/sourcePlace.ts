import { EXPERT_NAMES, type ExpertName } from '../../../domain/expertName.ts';

let newest: ExpertName = EXPERT_NAMES[0];
let place = 0;

/** Place of a source among the experts: mostly that of the reading before. */
export function placeOfSource(source: ExpertName): number {
  if (source !== newest) {
    newest = source;
    place = EXPERT_NAMES.indexOf(source);
  }
  return place;
}
