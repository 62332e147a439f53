import { EXPERT_NAMES, type ExpertName } from '../../domain/expertName.ts';
import type { DurationMs } from '../../domain/time.ts';
import { parameterCountOf } from '../../model/moveNetwork.ts';
import { restoreContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError, VERSION } from '../../model/snapshotFormat.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { WeightCopy } from '../../model/weightCopy.ts';
import { sizeOf } from './carryNetworks.ts';
import { floatsOf, type LearnerNumbers, numberOf } from './numbers.ts';
import { type IsPutAside, isSameNetwork } from './plan.ts';
import { type LearnerSchema, parseSchema, toSchemaText } from './schema.ts';

/** Start of their names in the state of a learner. */
export const FORMER = 'former.';
/** Networks that are kept at most: both of two former configurations. */
const MOST = 4;

interface FormerNetwork {
  readonly name: ExpertName;
  readonly schema: LearnerSchema;
  /** When it was put aside, in sample time. */
  readonly at: number;
  readonly updates: number;
  /** P */ readonly count: number;
  readonly copy: WeightCopy;
}

/**
 * Networks of former settings of a stream, put aside with a byte for each weight: where their settings come back within
 * `keptFor`, they go on. Time is that of the samples.
 */
export class FormerNetworks implements Stateful {
  #networks: readonly FormerNetwork[] = [];

  get count(): number {
    return this.#networks.length;
  }

  readonly has: IsPutAside = (schema, name) => this.#newest(schema, name) !== undefined;

  #newest(schema: LearnerSchema, name: ExpertName): FormerNetwork | undefined {
    return this.#networks.findLast((each) => each.name === name && isSameNetwork(name, each.schema, schema));
  }

  /** The newest of those that have exactly the sizes of the network of that name. */
  find(
    schema: LearnerSchema,
    name: ExpertName,
  ): { readonly weights: Float32Array; readonly updates: number } | undefined {
    const found = this.#newest(schema, name);
    if (found === undefined) return undefined;
    const weights = new Float32Array(found.count);
    found.copy.give(weights);
    return { weights, updates: found.updates };
  }

  /** Puts a network aside, in the place of an older one of the same sizes. */
  add({ schema, entries }: LearnerNumbers, name: ExpertName, at: number): void {
    const count = parameterCountOf(sizeOf(schema, name));
    const copy = new WeightCopy(count);
    copy.keep(floatsOf(entries, `panel.${name}.network.weights`, count));
    const updates = numberOf(entries, `panel.${name}.network.updates`);
    this.#networks = [...this.#others(schema, name), { name, schema, at, updates, count, copy }].slice(-MOST);
  }

  #others(schema: LearnerSchema, name: ExpertName): readonly FormerNetwork[] {
    return this.#networks.filter((each) => each.name !== name || !isSameNetwork(name, each.schema, schema));
  }

  /** Forgets those whose settings have come back. */
  drop(schema: LearnerSchema): void {
    this.#networks = this.#networks.filter((each) => !isSameNetwork(each.name, each.schema, schema));
  }

  /** Forgets those that have waited long enough. A clock that was set back does not keep them. */
  expire(at: number, keptFor: DurationMs): void {
    this.#networks = this.#networks.filter((each) => Math.abs(at - each.at) < keptFor);
  }

  exchange(io: StateIo): void {
    const count = io.number('count', this.#networks.length);
    if (!io.isRestoring) this.#networks.forEach((network, i) => void save(io.within(`${i}`), network));
    else this.#networks = Array.from({ length: Math.min(count, MOST) }, (_, i) => restore(io.within(`${i}`)));
  }
}

/** The networks that are put aside in the state of a learner; none where there are none. */
export function formerIn(entries: LearnerNumbers['entries']): FormerNetworks {
  const former = new FormerNetworks();
  const own = [...entries].filter(([name]) => name.startsWith(FORMER));
  const named = new Map(own.map(([name, array]) => [name.slice(FORMER.length), array]));
  if (named.size > 0) restoreContents(former, { version: VERSION, entries: named });
  return former;
}

function save(io: StateIo, { name, schema, at, updates, copy }: FormerNetwork): void {
  const text = new TextEncoder().encode(toSchemaText(schema));
  io.number('textLength', text.length);
  io.array('text', text);
  io.array('numbers', Float64Array.of(EXPERT_NAMES.indexOf(name), at, updates));
  copy.exchange(io);
}

/** @throws SnapshotError `damaged` where it can be no network */
function restore(io: StateIo): FormerNetwork {
  const text = new Uint8Array(io.number('textLength', 0));
  io.array('text', text);
  const numbers = new Float64Array(3);
  io.array('numbers', numbers);
  const [place, at, updates] = numbers as unknown as readonly [number, number, number];
  const schema = parseSchema(new TextDecoder().decode(text));
  const name = EXPERT_NAMES[place];
  if (schema === undefined || !schema.experts.includes(name)) throw new SnapshotError('damaged', 'no former network');
  const count = parameterCountOf(sizeOf(schema, name));
  const copy = new WeightCopy(count);
  copy.exchange(io);
  return { name, schema, at, updates, count, copy };
}
