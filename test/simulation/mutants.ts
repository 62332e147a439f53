/** A small error that somebody could make in the code that keeps what is learned. */
export interface Mutant {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly becomes: string;
}

/** Each of them loses, doubles or changes something sooner or later: the simulation has to notice. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledged before the commit',
    file: 'state/log/journal.ts',
    text: 'if (this.#position <= this.#durable || this.#mayContinue) run(about);',
    becomes: 'if (this.#position > 0) run(about);',
  },
  {
    name: 'acknowledged in reverse order',
    file: 'state/log/journal.ts',
    text: 'of waiting.splice(0, count)) run(about);',
    becomes: 'of waiting.splice(0, count).reverse()) run(about);',
  },
  {
    name: 'a failed commit is taken for a good one',
    file: 'state/log/journal.ts',
    text: '(error: unknown) => this.#failed(error),',
    becomes: '() => this.#succeeded(batch),',
  },
  {
    name: 'a batch that was refused is dropped',
    file: 'state/log/journal.ts',
    text: 'this.#failures++;',
    becomes: 'this.#failures++;\n    this.#batch = undefined;',
  },
  {
    name: 'a commit comes between a message and its samples',
    file: 'state/log/journal.ts',
    text: 'this.#isHeld = true;',
    becomes: 'this.#isHeld = false;',
  },
  {
    name: 'a stop does not wait for the journal',
    file: 'state/openDurableState.ts',
    text: 'await this.journal.flush();',
    becomes: '',
  },
  {
    name: 'a snapshot is saved ahead of the journal',
    file: 'state/snapshotWriter.ts',
    text: 'await untilDurable(position);\n      if (this.#isClosed) return false;\n      if (position > durable())',
    becomes: 'void [untilDurable, durable];\n      if (this.#isClosed)',
  },
  {
    name: 'a snapshot that failed is taken for a good one',
    file: 'state/streamResidency.ts',
    text: '  residency.redoFrom = begun.redoFrom ?? residency.redoFrom;\n',
    becomes: '',
  },
  {
    name: 'a snapshot says that it has one entry more',
    file: 'state/residencyTable.ts',
    text: 'position: this.#options.position(), mustRetry',
    becomes: 'position: this.#options.position() + 1, mustRetry',
  },
  {
    name: 'a stream that leaves is not held until it is stored',
    file: 'state/residencyTable.ts',
    text: 'this.#hold(stream, leaving);',
    becomes: '',
  },
  {
    name: 'the tail is not replayed',
    file: 'pipeline/restoreWith.ts',
    text: 'if (place >= tail.length || !isSuspect) {',
    becomes: 'if (place >= tail.length) {',
  },
  {
    name: 'the tail begins with the last sample of the snapshot',
    file: 'state/log/packedInputs.ts',
    text: 'original > this.#range.position',
    becomes: 'original >= this.#range.position',
  },
  {
    name: 'the tail has samples that wait for it as well',
    file: 'state/log/packedInputs.ts',
    text: ' && original < this.#range.before',
    becomes: '',
  },
  {
    name: 'a sample that was told again has a new position',
    file: 'state/log/redoLog.ts',
    text: 'this.#takeInput(entry.input, entry.original, position);',
    becomes: 'this.#takeInput(entry.input, position, position);',
  },
  {
    name: 'a kind of entry is left out of the tail',
    file: 'state/log/redoLog.ts',
    text: '        this.#takeInput(entry.input, entry.original, position);\n        break;\n',
    becomes: '        break;\n',
  },
  {
    name: 'a commit comes between what is told again',
    file: 'state/openDurableState.ts',
    text: 'this.journal.atomically(() => redoLog.rewrite(stream, (entry) => this.journal.add(entry)));',
    becomes: 'redoLog.rewrite(stream, (entry) => this.journal.add(entry));',
  },
  {
    name: 'a stream that is coming is told again',
    file: 'state/checkpoints.ts',
    text: "residencies.get(stream)?.phase === 'stored';",
    becomes: "residencies.get(stream)?.phase !== 'resident';",
  },
  {
    name: 'the journal is cut one entry too far',
    file: 'state/checkpoints.ts',
    text: 'trim(position).then(',
    becomes: 'trim(position + 1).then(',
  },
  {
    name: 'the journal is cut off below an older snapshot',
    file: 'state/checkpoints.ts',
    text: 'isShort ? (residency.redoFromPrevious ?? oldestRedo(residency)) : oldestRedo(residency)',
    becomes: 'isShort ? oldestRedo(residency) : oldestRedo(residency)',
  },
  {
    name: 'the journal is cut before what was told again is on the medium',
    file: 'state/openDurableState.ts',
    text: 'await this.journal.untilDurable(this.journal.position);',
    becomes: '',
  },
  {
    name: 'the journal is cut off behind messages that may come again',
    file: 'state/openDurableState.ts',
    text: 'messagesFrom: () => this.repeats.neededFrom,',
    becomes: 'messagesFrom: () => undefined,',
  },
  {
    name: 'messages are not noted',
    file: 'pipeline/journalWith.ts',
    text: 'receipt.number = repeats.note(key, position);',
    becomes: 'receipt.number = position;',
  },
  {
    name: 'messages of a life before are not known',
    file: 'state/readJournal.ts',
    text: '=> void repeats.note(key, position),',
    becomes: '=> void [key, position],',
  },
  {
    name: 'an acknowledgement counts as seen once it is given',
    file: 'pipeline/journalWith.ts',
    text: 'receipt.ack(settle);',
    becomes: 'receipt.ack(); settle(receipt.number);',
  },
  {
    name: 'only a broker that sets DUP is believed to send again',
    file: 'adapters/mqtt/inbound/resumption.ts',
    text: '!context.setsDup && age < HEAD_MS',
    becomes: 'age < 0',
  },
  {
    name: 'packet ids are believed of a broker that numbers anew',
    file: 'adapters/mqtt/inbound/resumption.ts',
    text: 'this.#mayNumberAnew = firstPacketId === 1;',
    becomes: 'this.#mayNumberAnew = firstPacketId === 0;',
  },
  {
    name: 'messages of a lost session are known',
    file: 'adapters/mqtt/inbound/redeliveries.ts',
    text: 'this.#taken.settleAll();',
    becomes: '',
  },
  {
    name: 'a session that was lost is no news after a restart',
    file: 'state/readJournal.ts',
    text: 'session: () => repeats.endSession(),',
    becomes: 'session: () => undefined,',
  },
  {
    name: 'a session that is not on the medium yet is forgotten with the process',
    file: 'state/openDurableState.ts',
    text: 'this.#recoverSession();',
    becomes: '',
  },
  {
    name: 'the effort is not journaled',
    file: 'state/log/readingCodec.ts',
    text: '(effort << EFFORT_SHIFT)',
    becomes: '((effort & 0) << EFFORT_SHIFT)',
  },
  {
    name: 'further inputs are not journaled',
    file: 'state/log/readingCodec.ts',
    text: 'out.doubles(inputs);',
    becomes: 'out.doubles(inputs.map(() => 0));',
  },
  {
    name: 'order and grid of a restored stream begin anew',
    file: 'hosts/stream/streamMachines.ts',
    text: "if (outcome === 'restored') this.#restored.set(stream, found.cursor);",
    becomes: '',
  },
  {
    name: 'what older samples had shown is forgotten',
    file: 'hosts/stream/timeline.ts',
    text: 'older: this.#clockStep.save(),',
    becomes: 'older: [0, 0],',
  },
  {
    name: 'an old time is taken for a wrong one',
    file: 'hosts/stream/timeline.ts',
    text: 'offset < -OLDEST_MS ||',
    becomes: 'offset < -OLD_MS ||',
  },
  {
    name: 'a replaced time makes true ones old',
    file: 'hosts/stream/timeline.ts',
    text: 'this.#isOwn = isOwn;',
    becomes: 'this.#isOwn = isOwn;\n    this.#own = time;',
  },
  {
    name: 'a pause in a backlog is taken for a clock that is slow',
    file: 'hosts/stream/messagePace.ts',
    text: 'const ENOUGH_SLOW = 3;',
    becomes: 'const ENOUGH_SLOW = 1;',
  },
  {
    name: 'what a stream has shown of its times is forgotten',
    file: 'hosts/stream/streamCursor.ts',
    text: '      timeline: this.timeline.save(),\n',
    becomes: '',
  },
  {
    name: 'the arrival is not journaled',
    file: 'state/log/readingCodec.ts',
    text: 'else out.double(arrival);',
    becomes: 'else out.double(0);',
  },
  {
    name: 'what was told again has lost its arrival',
    file: 'state/log/packedInputs.ts',
    text: 'const arrival = toEpochMs(numbers[place + 5] as number);',
    becomes: 'const arrival = toEpochMs(numbers[place + 1] as number);',
  },
  {
    name: 'inputs of before a clock was put right come back',
    file: 'hosts/stream/streamCursor.ts',
    text: 'if (at < this.lastAt) {',
    becomes: 'if (at < Number.NEGATIVE_INFINITY) {',
  },
  {
    name: 'inputs that are held are forgotten',
    file: 'hosts/stream/streamCursor.ts',
    text: 'times: Array.from(this.inputTimes, toPlain),',
    becomes: 'times: [],',
  },
  {
    name: 'a snapshot is taken ahead of steps before it',
    file: 'pipeline/batchPerTurn.ts',
    text: 'line.push(item);',
    becomes: "if ('checkpoint' in item) output.next([item]);\n        else line.push(item);",
  },
  {
    name: 'more is handed over than there is room for',
    file: 'pipeline/batchPerTurn.ts',
    text: 'Math.min(maxBatch, room.steps())',
    becomes: 'maxBatch',
  },
  {
    name: 'of a run no more is handed over than there is room for at once',
    file: 'pipeline/workLine.ts',
    text: 'if (run.length === 0) this.#lend();',
    becomes: 'if (run.length === 0 || run.length % 7 === 3) this.#lend();',
  },
  {
    name: 'steps that wait have inputs that came after them',
    file: 'hosts/stream/resample.ts',
    text: 'held: this.#held.copy()',
    becomes: 'held: this.#held',
  },
  {
    name: 'a stream is forgotten before its snapshot',
    file: 'pipeline/learnWith.ts',
    text: 'takeSnapshot(host, work.evicted, work.take);\n    host.evict(work.evicted);',
    becomes: 'host.evict(work.evicted);\n    takeSnapshot(host, work.evicted, work.take);',
  },
  {
    name: 'what is left out is not counted',
    file: 'pipeline/admissionQueue.ts',
    text: "if (isOptional(input, message)) this.#options.report({ type: 'InputDropped', reason, topic: input.stream });",
    becomes: '',
  },
  {
    name: 'what goes into files that no path leads to is acknowledged',
    file: 'adapters/store/files/anchors.ts',
    text: 'if (this.#identify(path) !== identity) return path;',
    becomes: 'if (identity === undefined) return path;',
  },
  {
    name: 'messages are left out before learning is thinned',
    file: 'pipeline/admit.ts',
    text: 'room.coalesces = shedder.level >= COALESCING;',
    becomes: 'room.coalesces = shedder.level > 0;',
  },
  {
    name: 'settings that are not remembered are forgotten',
    file: 'adapters/payload/sourceGuess.ts',
    text: 'specOf: (stream) => specsOf(stream)[0] ?? specs[0].spec,',
    becomes: 'specOf: () => specs[0].spec,',
  },
  {
    name: 'a wait goes on after the end',
    file: 'pipeline/postponed.ts',
    text: 'stop: () => this.#end.abort()',
    becomes: 'stop: () => undefined',
  },
  {
    name: 'what was said last is not said again after a crash',
    file: 'pipeline/restoreWith.ts',
    text: 'if (!this.#isSourceComplete) this.#awaited.add(awaited);',
    becomes: 'void awaited;',
  },
  {
    name: 'a sample passes the tail of its stream that nobody waited for',
    file: 'pipeline/restoreWith.ts',
    text: 'if (waiting === undefined && mayPass) {',
    becomes: 'if (mayPass) {',
  },
];
