import type { Decoded } from '../../domain/decode.ts';
import type { Drop, DropReason, Refused } from '../../domain/dropReason.ts';
import type { Notation } from '../../domain/notation.ts';
import type { Inbound } from '../../domain/sample.ts';
import { SampleRow } from '../../domain/sampleRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Label } from '../../domain/streamInput.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import type { BatchPace } from './batchPace.ts';
import { showRefused } from './refusedValue.ts';
import type { StreamBook } from './streamBook.ts';

/** A source's claim to a stream, with the owner as it was found last. */
export interface Claim {
  readonly stream: StreamId;
  readonly source: StreamSource;
  /** undefined: not asked yet, or another source. */
  owner: StreamSource | undefined;
  /** `StreamBook.epoch` when it was asked. */
  epoch: number;
}

/** Rows that are used again; a message with more samples, which is rare, gets rows of its own. */
const MOST_ROWS = 64;

/** The samples, labels and drops of one message so far. Used again for each message: what it holds is lent until the next one begins. */
export class Intake implements Decoded {
  readonly samples: SampleRow[] = [];
  readonly labels: Label[] = [];
  readonly drops: Drop[] = [];
  passedOver = 0;
  /** A stream may have several readings in the message. */
  isBatch = false;
  /** Counts the messages: tells one from the next. */
  number = 0;
  readonly #book: StreamBook;
  readonly #rows: SampleRow[] = [];
  #row: SampleRow | undefined;
  #count = 0;
  #message: Inbound | undefined;
  /** The first value of each reason, as far as it may be shown. */
  readonly #noted = new Map<DropReason, Refused>();

  constructor(book: StreamBook) {
    this.#book = book;
  }

  get message(): Inbound {
    return this.#message as Inbound;
  }

  /** Another message: what came of the one before is given back. */
  begin(message: Inbound): void {
    for (let i = 0; i < this.samples.length; i++) this.samples[i].giveBack();
    if (this.drops.length > 0) this.drops.length = 0;
    if (this.labels.length > 0) this.labels.length = 0;
    this.#row?.giveBack();
    this.#row = undefined;
    if (this.#noted.size > 0) this.#noted.clear();
    this.passedOver = 0;
    this.isBatch = false;
    this.#message = message;
    this.#count = 0;
    this.number++;
  }

  /** No field follows. The message is not held. */
  end(): Decoded {
    // Nearly all messages have as many samples as the one before: the list stays as it is.
    if (this.samples.length !== this.#count) this.samples.length = this.#count;
    this.#message = undefined;
    return this;
  }

  /** Nothing of the message was taken or refused so far. */
  get isEmpty(): boolean {
    return this.#count + this.labels.length + this.drops.length === 0;
  }

  /** The row of the next sample: it counts once `accept` has taken it. */
  get row(): SampleRow {
    this.#row ??= this.#freeRow();
    return this.#row;
  }

  #freeRow(): SampleRow {
    const row = this.#rows[this.#count] ?? new SampleRow();
    if (this.#count < MOST_ROWS) this.#rows[this.#count] = row;
    return row;
  }

  /** Counts the message, or a part of it, and tells of what was noted for the reason. */
  refuse(reason: DropReason, refused: Refused | undefined = this.#noted.get(reason)): void {
    const { topic } = this.message;
    this.drops.push(refused === undefined ? { reason, topic } : { reason, topic, refused });
  }

  /** Notes a value that may be refused. @param path undefined: it is the payload */
  note(reason: DropReason, value: unknown, path: string | undefined, notation: Notation): void {
    if (this.#noted.has(reason)) return;
    const refused = showRefused(reason, value, path, this.message.topic, notation);
    if (refused !== undefined) this.#noted.set(reason, refused);
  }

  /** Counts a value that is refused, whatever else the message holds, and shows it. */
  refuseValue(reason: DropReason, value: unknown, path: string | undefined, notation: Notation): void {
    this.refuse(reason, showRefused(reason, value, path, this.message.topic, notation));
  }

  /** Makes `row`, which has its time, a sample of the claimed stream, unless it belongs to another source. */
  acceptClaim(claim: Claim, value: number): void {
    const { owner } = claim;
    if (owner === undefined || claim.epoch !== this.#book.epoch) this.#renew(claim, value);
    else this.#take(owner, claim.stream, value, undefined);
  }

  /** The owner is asked for anew, and remembered where it is the source that claims the stream. */
  #renew(claim: Claim, value: number): void {
    const { source, stream } = claim;
    const owner = this.#book.ownerOf(stream, source);
    const isOwn = owner.topic === source.topic && owner.spec === source.spec;
    claim.owner = isOwn ? owner : undefined;
    claim.epoch = this.#book.epoch;
    this.accept(source, stream, value);
  }

  /** Makes `row`, which has its time, a sample, unless its stream already belongs to another source. */
  accept(source: StreamSource, stream: StreamId, value: number, inputs?: readonly number[] | undefined): void {
    const owner = this.#book.ownerOf(stream, source);
    if (owner.topic !== source.topic) this.refuse('name-taken');
    // Of two entries that read the same topic the earlier one has given the sample already.
    if (owner.topic !== source.topic || owner.spec !== source.spec) return;
    this.#take(owner, stream, value, inputs);
  }

  #take(owner: StreamSource, stream: StreamId, value: number, inputs: readonly number[] | undefined): void {
    const { row } = this;
    row.stream = stream;
    row.value = value;
    row.source = owner;
    row.inputs = inputs;
    row.inputNames = inputs === undefined ? undefined : owner.spec.settings.inputNames;
    this.samples[this.#count++] = row;
    this.#row = undefined;
  }

  /** Gives the readings of a batch that tells no times those that it can have. */
  spread(pace: BatchPace): void {
    this.samples.length = this.#count;
    pace.spread(this.samples);
    this.sort();
  }

  /** A buffer may come with the newest first. Readings of one time stay as they came. */
  sort(): void {
    this.samples.length = this.#count;
    this.samples.sort((a, b) => a.at - b.at);
  }
}
