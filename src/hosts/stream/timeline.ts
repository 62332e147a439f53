import type { DropReason } from '../../domain/dropReason.ts';
import { hasMark, MARK } from '../../domain/marks.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import { OLDEST_TOLD_MS, toEpochMs } from '../../domain/time.ts';
import { ClockStepDetector } from './clockStepDetector.ts';
import { Latecomers, type ToldSample } from './latecomers.ts';
import { COARSEST_MS, MessagePace, OLD_MS } from './messagePace.ts';
import { fromPlain, toPlain } from './plainNumber.ts';
import { SenderClock } from './senderClock.ts';

/** A clock may be ahead of ours by so much: a time further ahead is none that a message can have been sent at. */
const AHEAD_MS = 120_000;
/** Two clocks that are right differ by no more. */
const JITTER_MS = 1000;
/** Offsets of time zones are multiples of it. */
const ZONE_MS = 900_000;
const EQUAL_MS = 20;
/** Sets two readings apart that have one time; exact in a double until the year 2248. */
const APART_MS = 2 ** -10;

/** Receivers of the samples that a timeline judges. */
export interface Verdicts {
  /** It counts, at the time that it has now. */
  take(sample: Sample): void;
  drop(sample: Sample, reason: DropReason): void;
  /** The time that its message tells cannot be true. */
  replaced(sample: Sample, cause: 'too-old' | 'in-future'): void;
  /** Time goes back with the next one that is taken. */
  setBack(sample: Sample): void;
}

/**
 * The time of one stream. A told time is judged by when its message may have been sent, beside the times before it: how far it
 * lies behind its arrival does not matter, since a backlog is as old as the outage was. What cannot be true is replaced by the
 * arrival, or where the clock is known to be off by a constant distance by what it should have said; such a time never
 * makes a told one old. Decides by the samples alone, so a replay of the journal decides the same.
 */
export class Timeline {
  /** Time of the sample that was taken last; NaN: there was none. */
  #newest: number = Number.NaN;
  /** Newest told time that was believed, when it was first told, and whether the newest sample has it. */
  #own: number = Number.NaN;
  #ownSince: number = Number.NaN;
  #isOwn = false;
  /** Time of the newest sample of recorded history; NaN: there was none. */
  #recordedUntil: number = Number.NaN;
  readonly #pace = new MessagePace();
  readonly #clock = new SenderClock();
  readonly #latecomers = new Latecomers();
  readonly #clockStep = new ClockStepDetector();

  /** @param isSame whether the sample says what the one that was taken last said */
  judge(sample: Sample, isSame: boolean, verdicts: Verdicts): void {
    const { origin } = sample;
    if (hasMark(sample.marks, MARK.recorded)) this.#judgeRecorded(sample, isSame, verdicts);
    else if (origin === undefined && sample.at <= this.#recordedUntil) verdicts.drop(sample, 'not-newer');
    else if (origin === undefined) this.#judgeCertain(sample, isSame, verdicts);
    else if (origin.isTold) this.#judgeTold(sample as ToldSample, isSame, verdicts);
    else {
      this.#pace.noteUntold(origin.arrival);
      this.#take(sample, this.#timeWithout(origin), false, verdicts);
    }
  }

  /** No sample follows: those that wait to be understood stay alone. */
  close(verdicts: Verdicts): void {
    if (this.#latecomers.isEmpty) return;
    for (const one of this.#latecomers.takeAll()) verdicts.drop(one, 'out-of-order');
  }

  /** History is learned once: what lies before the newest sample, or may be the newest live one as another recorder noted it, is known. */
  #judgeRecorded(sample: Sample, isSame: boolean, verdicts: Verdicts): void {
    const isRecorded = this.#newest === this.#recordedUntil;
    const blur = isRecorded ? 0 : this.#pace.usual.blur;
    if (!(isRecorded && sample.at === this.#newest) && sample.at <= this.#newest + blur)
      verdicts.drop(sample, 'not-newer');
    else this.#judgeCertain(sample, isSame, verdicts);
    if (this.#newest === sample.at) this.#recordedUntil = sample.at;
  }

  #judgeCertain(sample: Sample, isSame: boolean, verdicts: Verdicts): void {
    const { at } = sample;
    const isOlder = at < this.#newest;
    if (at === this.#newest) verdicts.drop(sample, isSame ? 'duplicate' : 'conflict');
    else if (isOlder && !this.#clockStep.isBelieved(at, toEpochMs(this.#newest))) verdicts.drop(sample, 'out-of-order');
    else {
      this.#own = at;
      this.#ownSince = at;
      this.#take(sample, at, true, verdicts);
    }
  }

  #judgeTold(sample: ToldSample, isSame: boolean, verdicts: Verdicts): void {
    const { at, origin } = sample;
    const { arrival } = origin;
    this.#pace.note(at, arrival, origin.isBacklog);
    const cause = this.#disbelief(at, origin);
    if (cause !== undefined) this.#disbelieve(sample, cause, verdicts);
    // A backlog of a time whose history is known, and that no clock of now can tell.
    else if (at <= this.#recordedUntil) verdicts.drop(sample, 'not-newer');
    else if (at === this.#own && isSame) verdicts.drop(sample, 'duplicate');
    else if (at === this.#own) this.#take(sample, this.#timeWithin(arrival), true, verdicts);
    else if (at < this.#own && !this.#isNewestAhead(at, arrival)) this.#wait(sample, verdicts);
    else this.#takeOwn(sample, verdicts);
  }

  /** Why the told time cannot be true; undefined: it can. */
  #disbelief(told: number, { arrival, isBacklog }: Origin): 'too-old' | 'in-future' | undefined {
    const clock = this.#clock;
    const { isLive, interval, offsetBefore } = this.#pace;
    const offset = told - arrival;
    const cause = offset < 0 ? 'too-old' : 'in-future';
    if (clock.isWrong && clock.isSteady(offset)) {
      if (isLive) clock.shift = offset;
      return cause;
    }
    const isRightAgain = isLive && Math.abs(offset) <= AHEAD_MS;
    if (clock.isWrong && !isRightAgain && this.#rightTime(told, arrival) !== undefined) return cause;
    const isWrong = offset > AHEAD_MS || offset < -OLDEST_TOLD_MS || this.#isShownWrong(told, offset, isBacklog);
    if (!isWrong) clock.isWrong = false;
    else if (!clock.isWrong || isLive) clock.noteWrong(offset, offsetBefore, interval);
    return isWrong ? cause : undefined;
  }

  /** The told time can be one of a backlog, but its clock goes on as only that of live messages does. */
  #isShownWrong(told: number, offset: number, isBacklog: boolean): boolean {
    const { isLive, interval, advance, showsWrongClock } = this.#pace;
    if (showsWrongClock) return true;
    if (offset >= -OLD_MS) return false;
    // A clock that was wrong is wrong in another way now: summer time has begun or ended.
    if (this.#clock.isWrong && isLive && told <= this.#newest && !this.#isOwn) return true;
    const fromZone = Math.abs(offset % ZONE_MS);
    const isOfZone = Math.min(fromZone, ZONE_MS - fromZone) <= JITTER_MS;
    // Two of a backlog may have been sent, and then come, in one moment each.
    return isOfZone && !isBacklog && advance > 0 && Math.abs(advance - interval) <= EQUAL_MS;
  }

  /** The newest time is one that no message can have been sent at yet, and the told one is of now. */
  #isNewestAhead(told: number, arrival: number): boolean {
    return this.#own > arrival + JITTER_MS && told <= arrival + JITTER_MS && told >= arrival - OLD_MS;
  }

  #wait(sample: ToldSample, verdicts: Verdicts): void {
    const release = this.#latecomers.add(
      sample,
      this.#own,
      (interval) => this.#pace.isLiveAfter(interval),
      (one) => verdicts.drop(one, 'out-of-order'),
    );
    if (release === undefined) return;
    const released = this.#latecomers.takeAll();
    if (release === 'wrong-clock') this.#learnFrom(released);
    for (const one of released) {
      if (release === 'late') this.#takeOwn(one, verdicts);
      else this.#replace(one, one.at < one.origin.arrival ? 'too-old' : 'in-future', verdicts);
    }
  }

  /** Those of the same clock that wait count too, unless they are a backlog of before. */
  #disbelieve(sample: ToldSample, cause: 'too-old' | 'in-future', verdicts: Verdicts): void {
    if (this.#latecomers.isBacklog) this.close(verdicts);
    for (const one of this.#latecomers.takeAll()) this.#replace(one, 'too-old', verdicts);
    this.#replace(sample, cause, verdicts);
  }

  #learnFrom(released: readonly ToldSample[]): void {
    const [before, last] = released.slice(-2) as [ToldSample, ToldSample];
    const offset = last.at - last.origin.arrival;
    this.#clock.noteWrong(offset, before.at - before.origin.arrival, last.origin.arrival - before.origin.arrival);
  }

  #replace(sample: ToldSample, cause: 'too-old' | 'in-future', verdicts: Verdicts): void {
    const { at, origin } = sample;
    verdicts.replaced(sample, cause);
    this.#take(sample, this.#rightTime(at, origin.arrival) ?? this.#timeWithout(origin), false, verdicts);
  }

  /** Time that a clock with a constant error should have told, where that was some time ago; else undefined. */
  #rightTime(told: number, arrival: number): number | undefined {
    const time = told - this.#clock.shift;
    if (!(time > this.#newest - AHEAD_MS && time < arrival - AHEAD_MS)) return undefined;
    return Math.max(time, this.#newest + APART_MS);
  }

  /**
   * Time of a reading whose message tells none, or none that is true: the arrival. The readings of a backlog came in
   * one burst, but were not taken in one: each lies the usual interval after the one before, as far as it has come by
   * then.
   */
  #timeWithout({ arrival, isBacklog }: Origin): number {
    const next = isBacklog ? this.#newest + this.#pace.usual.value : Number.NaN;
    const time = next < arrival ? next : arrival;
    return time <= this.#newest && this.#newest - time <= AHEAD_MS ? this.#newest + APART_MS : time;
  }

  /** A coarse clock says one time for several readings: their arrivals tell them apart, where they came at once. */
  #timeWithin(arrival: number): number {
    const elapsed = arrival - this.#ownSince;
    return Math.max(elapsed < COARSEST_MS ? this.#own + elapsed : Number.NEGATIVE_INFINITY, this.#newest + APART_MS);
  }

  #takeOwn(sample: ToldSample, verdicts: Verdicts): void {
    const { at, origin } = sample;
    // The readings before may have filled the time up to here, where their clock is a coarse one.
    const isFilled = at === this.#newest || (at > this.#own && at < this.#newest && this.#isOwn);
    this.#own = at;
    this.#ownSince = origin.arrival;
    this.#take(sample, isFilled ? this.#newest + APART_MS : at, true, verdicts);
  }

  #take(sample: Sample, time: number, isOwn: boolean, verdicts: Verdicts): void {
    this.close(verdicts);
    this.#clockStep.forget();
    if (time < this.#newest) verdicts.setBack(sample);
    // From a time that was told to one that was not says nothing; nor do readings that were set apart.
    if (isOwn === this.#isOwn && (isOwn || sample.origin?.isBacklog !== true))
      this.#pace.usual.note(time - this.#newest);
    this.#newest = time;
    this.#isOwn = isOwn;
    verdicts.take(time === sample.at ? sample : { ...sample, at: toEpochMs(time) });
  }

  /** Where it stands, as plain data that JSON can hold. */
  save(): unknown {
    return {
      newest: toPlain(this.#newest),
      own: toPlain(this.#own),
      ownSince: toPlain(this.#ownSince),
      isOwn: this.#isOwn,
      ...(this.#recordedUntil > 0 && { recordedUntil: this.#recordedUntil }),
      pace: this.#pace.save(),
      clock: this.#clock.save(),
      latecomers: this.#latecomers.save(),
      older: this.#clockStep.save(),
    };
  }

  /** Goes on from there. What cannot be understood is as before the first sample. */
  load(saved: unknown): void {
    const { newest, own, ownSince, isOwn, recordedUntil, ...parts } = (saved ?? {}) as Record<string, unknown>;
    this.#newest = fromPlain(newest);
    this.#own = fromPlain(own);
    this.#ownSince = fromPlain(ownSince);
    this.#isOwn = isOwn === true;
    this.#recordedUntil = fromPlain(recordedUntil);
    this.#pace.load(parts['pace']);
    this.#clock.load(parts['clock']);
    this.#latecomers.load(parts['latecomers']);
    this.#clockStep.load(parts['older']);
  }
}
