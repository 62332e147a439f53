import * as v from 'valibot';
import { RequestError } from '../../../domain/requestErrors.ts';
import type { RequestName } from '../../../domain/requestName.ts';
import type { Desk } from './desk.ts';

/** A command that can be asked for. */
export interface BridgeCommand {
  readonly name: RequestName;
  /** For config/requests.md. */
  readonly about: string;
  /** Members of the answer's `data`, in words. */
  readonly gives: string;
  /** It changes something: `bridge.read_only` refuses it. `some`: not each of its requests does, and it asks `requireChanges` for those. */
  readonly changes: boolean | 'some';
  readonly members: readonly Member[];
  /**
   * @param content of the request, not checked yet
   * @throws RequestError
   */
  run(content: unknown, desk: Desk): object | Promise<object>;
}

/** A member of the request, for config/requests.md. */
interface Member {
  readonly name: string;
  readonly isRequired: boolean;
  readonly help: string;
}

type Entries = Readonly<Record<string, v.GenericSchema>>;

interface CommandParts<Shape extends Entries> extends Omit<BridgeCommand, 'members' | 'run'> {
  /** Members with their `v.description`. The first is the one that a payload without an object gives. */
  readonly takes: Shape;
  run(request: v.InferOutput<v.StrictObjectSchema<Shape, undefined>>, desk: Desk): object | Promise<object>;
}

/** A command whose requests are checked by the schemas of their members. */
export function command<Shape extends Entries>({ takes, run, ...about }: CommandParts<Shape>): BridgeCommand {
  const schema = v.strictObject(takes);
  const [first] = Object.keys(takes);
  return {
    ...about,
    members: Object.entries(takes).map(([name, member]) => ({
      name,
      isRequired: member.type !== 'optional',
      help: helpOf(member),
    })),
    run(content, desk) {
      const isObject = typeof content === 'object' && content !== null;
      if (!isObject && first === undefined) throw new RequestError('TG_REQUEST_INVALID', 'the command takes nothing');
      const parsed = v.safeParse(schema, isObject ? content : { [first as string]: content }, { abortEarly: true });
      if (parsed.success) return run(parsed.output, desk);
      throw new RequestError('TG_REQUEST_INVALID', explain(parsed.issues[0], Object.keys(takes)));
    },
  };
}

/** In our own words alone: a member that is not known may be named like a secret. */
function explain({ path, message, received }: v.BaseIssue<unknown>, members: readonly string[]): string {
  const name = String(path?.[0]?.key ?? '');
  if (members.includes(name)) return `${name}: ${received === 'undefined' ? 'is required' : message}`;
  return members.length > 0 ? `a member is not known; there are ${members.join(', ')}` : 'the command takes nothing';
}

/** The help of a member; that of an optional one may be the one of the schema within. */
function helpOf(member: v.GenericSchema): string {
  const own = v.getDescription(member);
  if (own !== undefined || !('wrapped' in member)) return own ?? '';
  return v.getDescription(member.wrapped as v.GenericSchema) ?? '';
}
