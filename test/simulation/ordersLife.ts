import type { AlarmVerdict } from '../../src/domain/alarm.ts';
import { RequestError } from '../../src/domain/requestErrors.ts';
import type { StoreFault } from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { type Clock, toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { decodeStreamState, encodeStreamState, type StreamState } from '../../src/hosts/stream/streamState.ts';
import type { Desk } from '../../src/outlets/bridge/requests/desk.ts';
import { runCommand } from '../../src/outlets/bridge/requests/runCommand.ts';
import type { AdoptionOutcome } from '../../src/state/adoptions.ts';
import { idOf } from '../pipeline/samples.ts';
import { LineNotes } from '../support/lineNotes.ts';
import { alarmOf, evidenceOf } from '../support/pastAlarms.ts';
import { LIMITS } from './life.ts';
import { OrdersLedger } from './ordersLedger.ts';
import { CONFIG, type OrdersPast, OrdersProcess } from './ordersProcess.ts';
import { nameOfClass, RoteLearner } from './simLearner.ts';
import { Medium, type Request } from './simStore.ts';
import { World } from './world.ts';

const START = 1_700_000_000_000;
const HOUR = 3_600_000;
/** Bytes of a journal that is trimmed to what is needed. */
const LONG_JOURNAL = 1500;
/** Longer than any request takes. */
const PATIENCE = 120_000;
/** Time in which learners hear what is on its way to them. */
const QUIET = 8000;

/** Outcome of a request. `beyond`: what is kept does not reach back so far. `missed`: what was to be gone back to went meanwhile. */
export type Outcome = 'done' | 'nothing' | 'beyond' | 'missed' | 'refused' | AdoptionOutcome;

export interface OrdersLifeOptions {
  readonly maxStreams?: number;
  readonly msPerStep?: number;
  readonly areCheckpointsDue?: boolean;
  readonly past?: OrdersPast;
}

/** Nothing is kept beyond what a start needs. */
const NO_PAST: OrdersPast = { reach: 0, bytes: 0, limits: LIMITS };

/** The processes of a daemon, one after the other, with one medium: requests come in the midst of readings, and kills in the midst of requests. */
export class OrdersLife {
  readonly world: World;
  readonly ledger: OrdersLedger = new OrdersLedger();
  readonly faults: string[] = [];
  readonly outcomes: Set<Outcome> = new Set();
  readonly #medium: Medium = new Medium(LONG_JOURNAL, false);
  readonly #clock: Clock;
  readonly #options: OrdersLifeOptions;
  readonly #alarms = new LineNotes();
  /** Verdicts that were answered, by the id of the alarm. */
  readonly #judged = new Map<string, AlarmVerdict>();
  /** Alarms that verdicts are under way for, with their number. */
  readonly #judging = new Map<string, number>();
  readonly #lastReading = new Map<StreamId, number>();
  #process: OrdersProcess | undefined;
  /** Requests of the process that have no answer yet. */
  #underWay = 0;
  /** Trouble that comes when the medium is next asked for that. */
  #feared: { readonly request: Request; readonly happens: () => void } | undefined;
  /** Times of the medium that go on in which it refuses. */
  #refusals = 0;
  /** States that streams were to go on with. */
  #adopted = 0;

  constructor(seed = 1, options: OrdersLifeOptions = {}) {
    this.world = new World(seed);
    this.#options = options;
    this.#clock = { now: () => toEpochMs(this.now) };
    this.#medium.now = () => this.now;
    this.#medium.heard = (request) => this.#hear(request);
  }

  /** Whole ms. */
  get now(): number {
    return START + Math.floor(this.world.now);
  }

  get isRunning(): boolean {
    return this.#process?.desk !== undefined;
  }

  /** Begins a process; it answers once time passes. */
  start(): void {
    const { maxStreams = 9, msPerStep = 1, areCheckpointsDue = false, past = NO_PAST } = this.#options;
    const process = new OrdersProcess({
      world: this.world,
      clock: this.#clock,
      medium: this.#medium,
      ledger: this.ledger,
      alarms: this.#alarms,
      maxStreams,
      msPerStep,
      areCheckpointsDue,
      past,
      fail: (fault) => this.fail(fault),
    });
    this.#process = process;
    this.#underWay = 0;
    process.start().catch((error: unknown) => this.fail(`start: ${String(error)}`));
  }

  fail(fault: string): void {
    this.faults.push(`${Math.round(this.world.now)}: ${fault}`);
  }

  /** The power goes; it comes back after a while. */
  kill(after = 100): void {
    if (this.#process === undefined) return;
    this.#process.kill();
    // It cannot be known which of them have come to the record.
    for (const id of this.#judging.keys()) this.#judged.delete(id);
    this.#judging.clear();
    this.#process = undefined;
    this.#feared = undefined;
    this.world.schedule(after, () => this.start());
  }

  /** The process is killed when the medium is next asked for that, or soon after. */
  fear(request: Request): void {
    this.#feared = { request, happens: () => this.#killSoon() };
  }

  #killSoon(): void {
    const process = this.#process;
    this.world.schedule(this.world.integer(this.world.pick([2, 10, 60])), () => {
      if (this.#process === process) this.kill(100 + this.world.integer(2000));
    });
  }

  /** The medium refuses writes, as of `refuse`, when it is next asked for that. */
  refuseAt(request: Request, fault: StoreFault, ms: number, only?: Request): void {
    this.#feared = { request, happens: () => this.refuse(fault, ms, only) };
  }

  #hear(request: Request): void {
    const feared = this.#feared;
    if (request !== feared?.request) return;
    this.#feared = undefined;
    feared.happens();
  }

  /** At most one reading of a stream in a moment: a second one would be a duplicate. */
  read(name: string, value: number): void {
    if (!this.isRunning || this.#lastReading.get(idOf(name)) === this.now) return;
    this.#lastReading.set(idOf(name), this.now);
    this.#process?.read(idOf(name), value);
  }

  label(name: string, number: number): void {
    const at = toEpochMs(this.now);
    void this.#process?.desk?.control.submit({
      ...{ kind: 'label', stream: idOf(name), at, from: at, to: at, label: nameOfClass(number) },
    });
  }

  forget(name: string): void {
    const { control } = this.#process?.desk ?? {};
    if (control?.hasStream(idOf(name)) !== true) return;
    void control.submit({ kind: 'command', stream: idOf(name), at: toEpochMs(this.now), command: 'forget' });
  }

  /** Its settings have changed: it leaves and comes back. */
  renew(name: string): void {
    if (this.isRunning) this.#process?.departures.next({ stream: idOf(name), why: 'renewed', isDue: () => true });
  }

  /** The medium refuses every write for a time. @param only those of a kind */
  refuse(fault: StoreFault, ms: number, only?: Request): void {
    this.#medium.fault = fault;
    this.#medium.refuses = only;
    this.#refusals++;
    this.world.schedule(ms, () => {
      this.#refusals--;
      if (this.#refusals === 0) this.#medium.fault = undefined;
    });
  }

  /** A state of another stream, with a reading that none ever had, in the place of what the stream knows. */
  async adopt(name: string, from: string): Promise<void> {
    const process = this.#process;
    const kept = this.#medium.snapshots.get(idOf(from))?.[0];
    if (process?.adopt === undefined || kept === undefined) return;
    const { cursor, learner } = decodeStreamState(kept.bytes) as StreamState;
    const taught = new RoteLearner(idOf(from), learner);
    taught.step({ stream: idOf(from), at: toEpochMs(1), value: 1000 + this.#adopted++, zoneOffset: toDurationMs(0) });
    await this.#hold(process, async () => {
      await process.durable?.saveStream(idOf(name));
      const state = encodeStreamState({ cursor, learner: taught.snapshot() });
      this.outcomes.add((await process.adopt?.(idOf(name), state)) ?? 'refused');
    });
  }

  /** The stream goes back to a state of before. */
  async former(name: string): Promise<void> {
    const process = this.#process;
    const generations = this.#medium.snapshots.get(idOf(name));
    if (process?.desk === undefined || generations === undefined) return;
    const { generation } = this.world.pick(generations);
    await this.#hold(process, async () => {
      try {
        await runCommand('former', { stream: name, generation }, process.desk as Desk, CONFIG.bridge);
      } catch (error) {
        if (!(error instanceof RequestError)) this.fail(`former: ${String(error)}`);
      }
    });
  }

  async #hold(process: OrdersProcess, request: () => Promise<void>): Promise<void> {
    this.#underWay++;
    await request();
    if (!process.isDead) this.#underWay--;
  }

  save(): void {
    if (this.isRunning) void this.#process?.durable?.saveAll();
  }

  /** Asks to undo what has come since a time. */
  async undo(name: string, since: number): Promise<Outcome> {
    const stream = idOf(name);
    const known = this.ledger.isUncertain(stream) ? [] : this.ledger.timesOf(stream);
    const outcome = await this.#ask('undo', { stream, hours: (this.now - since) / HOUR }, (answer) => {
      return (answer as { readonly undone: Record<string, number> }).undone[name] ?? 0;
    });
    if (outcome !== 'done' && outcome !== 'nothing') return outcome;
    if (this.ledger.isUncertain(stream)) return outcome;
    const still = new Set(this.ledger.timesOf(stream));
    const late = known.filter((at) => at > since && still.has(at));
    if (late.length > 0) this.fail(`${name}: ${outcome}, and ${late.length} readings of since ${since} are not undone`);
    return outcome;
  }

  /** Somebody judges an alarm that lasted from one reading to another. */
  judge(name: string, [from, to]: readonly [number, number], verdict: AlarmVerdict): Promise<Outcome> {
    const alarm = alarmOf(name, from, { end: toEpochMs(to + 1), evidence: evidenceOf() });
    if (!this.isRunning) return Promise.resolve('refused');
    this.#process?.alarms.add(alarm);
    this.#judging.set(alarm.id, (this.#judging.get(alarm.id) ?? 0) + 1);
    return this.#ask('verdict', { stream: idOf(name), alarm: alarm.id, verdict }, (answer) => {
      if (!this.ledger.hasVerdict(alarm, verdict))
        this.fail(`${alarm.id}: the verdict is answered and not on the medium`);
      this.#judged.set(alarm.id, verdict);
      const others = (this.#judging.get(alarm.id) ?? 1) - 1;
      if (others > 0) this.#judging.set(alarm.id, others);
      else this.#judging.delete(alarm.id);
      const { omitted } = answer as { readonly omitted?: number };
      return omitted;
    });
  }

  /** @param inputsOf how many inputs an answer says to be omitted; undefined: that is no question */
  async #ask(
    command: 'undo' | 'verdict',
    content: { readonly stream: StreamId; readonly [member: string]: unknown },
    inputsOf: (answer: object) => number | undefined,
  ): Promise<Outcome> {
    const process = this.#process;
    if (process?.desk === undefined) return 'refused';
    this.#underWay++;
    const outcome = await this.#outcomeOf(process, command, content, inputsOf);
    // A process that is dead gives no answer.
    if (process.isDead) return new Promise(() => undefined);
    this.#underWay--;
    this.outcomes.add(outcome);
    return outcome;
  }

  async #outcomeOf(
    process: OrdersProcess,
    command: 'undo' | 'verdict',
    content: { readonly stream: StreamId; readonly [member: string]: unknown },
    inputsOf: (answer: object) => number | undefined,
  ): Promise<Outcome> {
    const { stream } = content;
    try {
      const answer = await runCommand(command, content, process.desk as never, CONFIG.bridge);
      if (process.isDead) return 'refused';
      const inputs = inputsOf(answer);
      if (inputs === undefined) return 'nothing';
      if (inputs > 0) {
        const unanswered = process.unanswered.get(stream) ?? 0;
        process.unanswered.set(stream, unanswered - 1);
        if (unanswered <= 0) this.fail(`${stream} has omitted inputs without an order`);
        return 'done';
      }
      return process.undone.get(stream) === 'missed' ? 'missed' : 'nothing';
    } catch (error) {
      if (!(error instanceof RequestError)) this.fail(`${command}: ${String(error)}`);
      else if (error.code !== 'TG_REQUEST_OUT_OF_REACH') return 'refused';
      return process.undone.get(stream) === 'missed' ? 'missed' : 'beyond';
    }
  }

  #tell(fault: string | undefined): void {
    if (fault !== undefined) this.fail(fault);
  }

  /** Lets time pass until every request is answered and every learner has heard what was for it; then judges. */
  async settle(): Promise<void> {
    const end = this.world.now + PATIENCE;
    const isBusy = (): boolean => !this.isRunning || this.#underWay > 0 || this.#refusals > 0;
    let judged: OrdersProcess | undefined;
    do {
      await this.world.runUntil(this.world.now + QUIET);
      while (isBusy() && this.world.now < end) await this.world.runUntil(this.world.now + 100);
      judged = this.#process;
      await this.world.runUntil(this.world.now + QUIET);
      // It may have been killed amid what it does when nobody asks.
    } while ((isBusy() || this.#process !== judged) && this.world.now < end);
    if (isBusy()) this.fail(`${this.#underWay} requests have no answer`);
    this.judgeAll();
  }

  judgeAll(): void {
    for (const stream of this.ledger.streams)
      this.#tell(
        this.ledger.judge(stream, this.#process?.learners.get(stream), this.#process?.isAlive(stream) ?? false),
      );
    for (const [id, verdict] of this.#judged) {
      const found = this.#process?.alarms.list().find((alarm) => alarm.id === id)?.verdict;
      if (found !== verdict) this.fail(`the verdict of ${id} is ${found}, not ${verdict}`);
    }
  }

  /** Values of the readings that the learner of a stream has. */
  valuesOf(name: string): readonly number[] {
    const learner = this.#process?.learners.get(idOf(name));
    return learner?.steps().map(({ value }) => value) ?? [];
  }
}
