import type { Mutant } from './mutant.ts';

/** Errors in the code that lets streams go back and forget, and in that of verdicts. */
export const ORDERS_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'omitted readings are learned again',
      file: 'state/log/packedInputs.ts',
      text: 'return isBetween && !this.#packed.isOmitted(at, this.#omissions);',
      becomes: 'return isBetween;',
    },
    {
      name: 'what comes after an order to omit is omitted too',
      file: 'state/log/packedInputs.ts',
      text: 'at >= order.first && at <= order.last && at < position',
      becomes: 'at >= order.first',
    },
    {
      name: 'an order to omit is in force beside a state that has learned from it',
      file: 'state/log/packedInputs.ts',
      text: 'order.first > range.position && position < range.before',
      becomes: 'position < range.before',
    },
    {
      name: 'a start takes a snapshot that has learned what is omitted',
      file: 'state/stateRestorer.ts',
      text: 'const isSpared = redoLog.isTainted(stream, position) ||',
      becomes: 'const isSpared =',
    },
    {
      name: 'a stream goes back to a snapshot that has learned what is omitted',
      file: 'state/stateRestorer.ts',
      text: 'from > redoFrom || redoLog.isTainted(stream, position)) continue;',
      becomes: 'from > redoFrom) continue;',
    },
    {
      name: 'what was omitted before comes back with an older snapshot',
      file: 'state/log/packedInputs.ts',
      text: 'order.first <= state && state < position',
      becomes: 'position === this.#last && order.first <= state && state < position',
    },
    {
      name: 'the journal is taken to have what an older state lacks',
      file: 'state/streamResidency.ts',
      text: 'noteRedo(residency, begun.redoFrom ?? residency.redoFrom ?? stored.position + 1);',
      becomes: 'noteRedo(residency, stored.position + 1);',
    },
    {
      name: 'the journal is read from a place behind the state on',
      file: 'state/rereadJournal.ts',
      text: '}, after + 1);',
      becomes: '}, after + 3);',
    },
    {
      name: 'the past is read without what was trimmed',
      file: 'state/rereadJournal.ts',
      text: '}, after + 1);',
      becomes: '}).then((read) => ({ ...read, from: 0 }));',
    },
    {
      name: 'a snapshot that was under way counts though the stream was forgotten meanwhile',
      file: 'state/snapshotWriter.ts',
      text: 'return position < omittedAt || position <= voidUpTo;',
      becomes: 'return position < omittedAt || position < voidUpTo - 1e9;',
    },
    {
      name: 'snapshots of a forgotten stream go before the journal says so',
      file: 'state/removals.ts',
      text: 'this.#options.whenDurable(() => void this.#clear(stream, from).then(() => this.#pending.delete(removal)));',
      becomes: 'void this.#clear(stream, from).then(() => this.#pending.delete(removal));',
    },
    {
      name: 'a start knows snapshots of before a stream was forgotten',
      file: 'state/openResidencies.ts',
      text: '!redoLog.isVoid(stream, position)',
      becomes: '!redoLog.isVoid(stream, position) || position >= 0',
    },
    {
      name: 'an order is answered before the snapshots that it makes void are gone',
      file: 'state/rewinds.ts',
      text: 'else void settled.then(answer);',
      becomes: 'else answer();',
    },
    {
      name: 'a verdict is left out of the tail',
      file: 'state/log/packedInputs.ts',
      text: 'return isBetween && !this.#packed.isOmitted(at, this.#omissions);',
      becomes:
        "return isBetween && !this.#packed.isOmitted(at, this.#omissions) && this.#packed.inputAt(at).kind !== 'command';",
    },
    {
      name: 'a verdict is answered before it is given',
      file: 'outlets/bridge/requests/pastCommands.ts',
      text: 'await submit({ ...order, from, to, evidence, ...known });',
      becomes: 'void submit({ ...order, from, to, evidence, ...known });',
    },
    {
      name: 'a fault is judged and stays learned',
      file: 'outlets/bridge/requests/pastCommands.ts',
      text: "const undone = judged === 'fault' ? await undoAlarm(alarm, desk) : undefined;",
      becomes: "const undone = judged === 'fault' ? ({ kind: 'done', inputs: 1 } as const) : undefined;",
    },
    {
      name: 'what comes while a stream goes back is lost',
      file: 'pipeline/restoreWith.ts',
      text: '[input, pending.waiting.splice(place + 1)]',
      becomes: '[input, pending.waiting.splice(place + 1).slice(1)]',
    },
    {
      name: 'a stream that goes back takes what waits for it twice',
      file: 'pipeline/restoreWith.ts',
      text: 'const first = (this.#orders.get(order) ?? this.#options.position()) + 1;',
      becomes: 'const first = Number.MAX_SAFE_INTEGER;',
    },
    {
      name: 'what was before the state is thought to be known',
      file: 'state/omissionPlan.ts',
      text: "if (before === 0 && !isAllBefore) return { kind: 'beyond', reach };",
      becomes: '',
    },
    {
      name: 'snapshots of a stream that began anew stay on the medium',
      file: 'state/rewinds.ts',
      text: 'if (how.base === 0) await this.#options.removals.done(stream, how.at);',
      becomes: '',
    },
    {
      name: 'snapshots that the medium would not remove stay there',
      file: 'state/removals.ts',
      text: 'while (!(await this.#isDone(stream, from))) await pause(this.#options.delay, RETRY);',
      becomes: 'await this.#isDone(stream, from);',
    },
    {
      name: 'an order counts as done whose outcome the medium has refused',
      file: 'state/pastInputs.ts',
      text: 'if (!found.isRefused && tries++ >= MOST_TRIES) return;',
      becomes: 'return;',
    },
    {
      name: 'a stream goes back though the order is not on the medium',
      file: 'state/returns.ts',
      text: 'if (isFailing()) return false;',
      becomes: 'if (isFailing()) return true;',
    },
    {
      name: 'an order that the medium has refused is given up',
      file: 'app/undoing.ts',
      text: "if (reached === 'refused') continue;",
      becomes: '',
    },
    {
      name: 'a learner keeps the state that the medium would not take',
      file: 'state/returns.ts',
      text: 'restorer.evict(stream);',
      becomes: '',
    },
    {
      name: 'a learner is restored before the one before it is gone',
      file: 'state/returns.ts',
      text: 'await hasLeft;',
      becomes: '',
    },
  ] as const
).map((mutant) => ({ ...mutant, simulation: 'orders' }));
