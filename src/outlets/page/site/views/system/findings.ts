import type { HealthAnswer } from '../../data/answers.ts';
import { healthCounts, healthMember, healthNumber, healthTexts } from '../../data/health.ts';
import type { Mark } from '../../words/mark.ts';
import type { Wording } from '../../words/wording.ts';

/** A sentence on the daemon's health. */
export interface Finding {
  readonly mark: Mark;
  readonly text: string;
}

/** Sentences that an operator should know, the worst first; one good finding where there is none. */
export function findings(health: HealthAnswer | undefined, wording: Wording): readonly Finding[] {
  if (health === undefined) return [];
  const found = [...stateFindings(health), ...loadFindings(health, wording), ...inputFindings(health, wording)];
  return found.length > 0 ? found : [{ mark: 'good', text: 'Nothing is wrong that the daemon knows of.' }];
}

function stateFindings(health: HealthAnswer): readonly Finding[] {
  const found: Finding[] = [];
  const faults = healthTexts(health, 'state', 'degraded');
  if (healthMember(health, 'broker', 'connected') === false)
    found.push({
      mark: 'alarm',
      text: 'The broker is not connected. What was learned is safe; forecasts go on with the first message.',
    });
  if (faults.includes('not-written'))
    found.push({
      mark: 'alarm',
      text: 'The medium takes no writes: what is learned now is lost at a restart. The disk may be full.',
    });
  if (faults.includes('damaged'))
    found.push({
      mark: 'warning',
      text: 'The state was damaged and was mended; a stream may have begun anew. The log says which.',
    });
  if (healthMember(health, 'state') === null)
    found.push({ mark: 'warning', text: 'Nothing that is learned outlives a restart (state.durability: none).' });
  return found;
}

function loadFindings(health: HealthAnswer, { numbers }: Wording): readonly Finding[] {
  const found: Finding[] = [];
  const level = healthNumber(health, 'overload_level') ?? 0;
  const share = healthNumber(health, 'learning_share');
  const frozen = healthNumber(health, 'networks_frozen') ?? 0;
  const failures = healthNumber(health, 'failures') ?? 0;
  if (level > 0)
    found.push({
      mark: 'warning',
      text: `Too much comes for this computer: it sheds work, level ${numbers.format(level)}. Learning is shed first, forecasts last.`,
    });
  if (share !== null && share < 0.995)
    found.push({
      mark: 'warning',
      text: `${numbers.percent(1 - share, 1)} of the readings were forecast but not learned in full.`,
    });
  if (frozen > 0)
    found.push({
      mark: 'warning',
      text: `${numbers.format(frozen)} times a network was laid to rest: its numbers were not finite again and again.`,
    });
  if (failures > 0)
    found.push({ mark: 'alarm', text: `${numbers.format(failures)} errors of the daemon itself; its log has them.` });
  return found;
}

function inputFindings(health: HealthAnswer, { numbers }: Wording): readonly Finding[] {
  const found: Finding[] = [];
  const silent = healthTexts(health, 'silent_filters');
  const never = healthTexts(health, 'fields_never_seen');
  const dropped = healthCounts(health, 'dropped').reduce((sum, [, count]) => sum + count, 0);
  if (silent.length > 0) found.push({ mark: 'warning', text: `Nothing has come for: ${silent.join(', ')}.` });
  if (never.length > 0) found.push({ mark: 'warning', text: `These fields were in no message: ${never.join(', ')}.` });
  if (dropped > 0)
    found.push({ mark: 'idle', text: `${numbers.format(dropped)} readings were dropped; the reasons are below.` });
  return found;
}
