import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { NO_LEARNING } from '../../src/domain/effort.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { isReading, type StreamInput } from '../../src/domain/streamInput.ts';
import { admit } from '../../src/pipeline/admit.ts';
import { type Arrival, isOptional } from '../../src/pipeline/arrival.ts';
import { volatileStages } from '../../src/pipeline/durableStages.ts';
import { journalWith } from '../../src/pipeline/journalWith.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';
import { LearnRules } from '../../src/pipeline/learnRules.ts';
import { LoadShedder } from '../../src/pipeline/loadShedder.ts';
import { Orders } from '../../src/pipeline/orders.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { smallSettings } from '../support/settings.ts';
import { settle } from '../support/virtualTime.ts';
import { arrivalOf, forgetOf, idOf, ignore, labelOf, repeatsOf, utc, virtualClock, virtualDelay } from './samples.ts';

const doorOf = () =>
  ({
    backlog: () => 0,
    credit: 1,
    maxQueue: 1,
    maxBytes: 1e9,
    overflow: 'drop_oldest',
    shedder: new LoadShedder(),
    clock: virtualClock,
    delay: virtualDelay,
    report: ignore,
  }) as const;

function setUp() {
  const events: DomainEvent[] = [];
  const orders = new Orders({ clock: virtualClock, report: (event) => void events.push(event) });
  return { orders, events, source: new Subject<Arrival>() };
}

it('come in their place among the readings, and are answered at once where nothing is kept', async () => {
  const { orders, events, source } = setUp();
  const out: string[] = [];
  source.pipe(orders.join(), volatileStages().intake).subscribe((it) => {
    out.push(isReading(it as StreamInput) ? 'reading' : (it as { kind: string }).kind);
  });
  source.next(arrivalOf('a', 1));
  await orders.submit(labelOf('a', 2));
  await orders.submit(forgetOf('a', 3));
  source.next(arrivalOf('a', 4));
  expect(out).toEqual(['reading', 'label', 'command', 'reading']);
  expect(events).toMatchObject([{ type: 'LabelReceived', label: { kind: 'label' } }]);
});

it('are answered once they are on the medium, which is asked for at once', async () => {
  const { orders, source } = setUp();
  const medium = new JournalMedium();
  const out: StreamInput[] = [];
  const stage = journalWith({ journal: medium.journal, repeats: repeatsOf(10), report: ignore });
  source.pipe(orders.join(), stage).subscribe((it) => void out.push(it));
  let isTaken = false;
  void orders.submit(labelOf('a', 2)).then(() => {
    isTaken = true;
  });
  expect([out.length, isTaken, medium.journal.durable]).toEqual([1, false, 0]);
  await settle();
  expect([isTaken, medium.journal.durable]).toEqual([true, 1]);
});

it('are never left out, while a label of a message without acknowledgement may be', () => {
  const order = { taken: () => undefined };
  const { message } = arrivalOf('a', 1);
  const label = labelOf('a', 1);
  expect([isOptional(label, message), isOptional(label, { ...message, order })]).toEqual([true, false]);
});

it('wait behind a full queue and are answered then', async () => {
  const { orders, source } = setUp();
  let backlog = 1;
  const out: StreamInput[] = [];
  let work: () => void = () => undefined;
  const delay = (run: () => void) => {
    work = run;
    return () => undefined;
  };
  source
    .pipe(orders.join(), admit({ ...doorOf(), backlog: () => backlog, delay }), volatileStages().intake)
    .subscribe((it) => void out.push(it as StreamInput));
  const answered = orders.submit(labelOf('a', 1));
  for (let i = 0; i < 5; i++) source.next(arrivalOf('b', i));
  expect(out).toEqual([]);
  backlog = 0;
  work();
  await answered;
  expect(out.map(({ kind }) => kind)).toEqual(['label', undefined]);
});

it('end with their source', () => {
  const { orders, source } = setUp();
  let isComplete = false;
  const out: Arrival[] = [];
  source.pipe(orders.join()).subscribe({
    next: (it) => void out.push(it),
    complete: () => {
      isComplete = true;
    },
  });
  source.complete();
  void orders.submit(forgetOf('a', 1));
  expect([isComplete, out]).toEqual([true, []]);
});

it('a pause is written into the readings of its stream as their effort, and into no other input', () => {
  const { source } = setUp();
  const pauses = new LearningPauses({
    clock: virtualClock,
    note: { read: () => undefined, write: () => true },
    most: 2,
  });
  const out: StreamInput[] = [];
  const events: DomainEvent[] = [];
  const report = (event: DomainEvent): void => void events.push(event);
  const rules = new LearnRules({ pauses, settingsOf: () => smallSettings(), zoneOffsetOf: () => utc, report });
  source.pipe(admit({ ...doorOf(), rules, report })).subscribe(({ inputs }) => void out.push(...inputs));
  pauses.pause(idOf('a'), null);
  for (const name of ['a', 'b']) source.next(arrivalOf(name, 1));
  source.next({ message: arrivalOf('a', 2).message, inputs: [labelOf('a', 2)] });
  pauses.resume(idOf('a'));
  source.next(arrivalOf('a', 3));
  expect(out.map((it) => (isReading(it) ? (it.effort ?? 0) : it))).toEqual([NO_LEARNING, 0, labelOf('a', 2), 0]);
  // It is no shedding of load.
  expect(events).toEqual([{ type: 'LearningKeptOut', cause: 'paused' }]);
});
