/** The part of a terminal that a redrawn table needs: text, CR, LF, cursor up, clear to the end of line and screen, wrapping. */
export interface Screen {
  readonly state: { width: number; isCursorShown: boolean };
  write(text: string): boolean;
  /** Narrower: what no longer fits is wrapped, as terminals do. */
  resize(newWidth: number): void;
  text(): string;
}

export function createScreen(width: number): Screen {
  const state = { width, isCursorShown: true };
  let lines: string[] = [''];
  let row = 0;
  let column = 0;
  const put = (character: string) => {
    if (column === state.width) [row, column] = [row + 1, 0];
    while (lines.length <= row) lines.push('');
    const line = (lines[row] as string).padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const control = (sequence: string) => {
    if (/\[\d+A$/.test(sequence)) row = Math.max(0, row - Number.parseInt(sequence.slice(2), 10));
    else if (sequence.endsWith('[K')) lines[row] = (lines[row] ?? '').slice(0, column);
    else if (sequence.endsWith('[J')) lines = [...lines.slice(0, row), (lines[row] ?? '').slice(0, column)];
    else if (sequence.endsWith('?25l')) state.isCursorShown = false;
    else if (sequence.endsWith('?25h')) state.isCursorShown = true;
    else if (!sequence.endsWith('m')) throw new Error(`unknown control sequence ${JSON.stringify(sequence)}`);
  };
  return {
    state,
    write(text: string) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal reads
      for (const [token] of text.matchAll(/\u001b\[[?\d;]*[A-Za-z]|[\s\S]/g)) {
        if (token.length > 1) control(token);
        else if (token === '\r') column = 0;
        else if (token === '\n') [row, column] = [row + 1, 0];
        else put(token);
      }
      return true;
    },
    resize(newWidth: number) {
      const before = lines.slice(0, row);
      lines = lines.flatMap((line) => line.match(new RegExp(`.{1,${newWidth}}`, 'g')) ?? ['']);
      row = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / newWidth)), 0);
      state.width = newWidth;
    },
    text: () => lines.join('\n').trimEnd(),
  };
}
