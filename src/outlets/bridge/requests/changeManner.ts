import * as v from 'valibot';
import type { ChangeManner, ChangeOutcome, OptionControl } from '../../../domain/optionControl.ts';
import type { Desk } from './desk.ts';
import { requireChanges } from './members.ts';

interface MannerMembers {
  readonly plan: v.GenericSchema<unknown, boolean>;
  readonly persist: v.GenericSchema<unknown, boolean>;
  readonly revision: v.GenericSchema<unknown, string | undefined>;
}

const flag = v.optional(v.boolean('expected true or false'), false);

/** Members of each change of the configuration. @param persist help of that member */
export function mannerMembers(persist: string): MannerMembers {
  return {
    plan: v.pipe(flag, v.description('true: only says what would happen')),
    persist: v.pipe(flag, v.description(persist)),
    revision: v.pipe(
      v.optional(v.string('expected the revision of an answer')),
      v.description(
        'makes the change only where nothing else has changed since the answer of `options` with this revision',
      ),
    ),
  };
}

/** The way in which a request wants its change. */
export interface WantedManner {
  readonly plan: boolean;
  readonly persist: boolean;
  readonly revision?: string | undefined;
}

/** Makes the change, or says what it would do. @returns members of the answer. @throws RequestError where nothing may be changed */
export function makeChange(
  desk: Desk,
  { plan, persist, revision }: WantedManner,
  run: (options: OptionControl, how: ChangeManner) => ChangeOutcome,
): object {
  if (!plan) requireChanges(desk);
  const { options } = desk.control.configuration;
  return tell(run(options, { isPlan: plan, isPersistent: persist, revision }), plan, options);
}

/** Members of the answer to a change. */
export function tell({ isPersistent, ...outcome }: ChangeOutcome, plan: boolean, options: OptionControl): object {
  return { plan, persisted: isPersistent, ...outcome, revision: options.revision, unsaved: options.unsaved };
}
