const HARMLESS = /[\w /.-]/;

/**
 * A text as a literal of Home Assistant's templates (Jinja). Whatever could end the literal or the expression is written by its number:
 * names of streams come from strangers.
 */
export function jinjaText(text: string): string {
  let literal = '';
  for (const character of text) literal += HARMLESS.test(character) ? character : escaped(character);
  return `'${literal}'`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) as number;
  return code > 0xff_ff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * A template for JSON payloads. An empty payload, which takes a retained one from the broker, gives nothing: it changes no state.
 * @param otherwise what it gives instead
 */
export function ofJson(expression: string, otherwise?: 'None'): string {
  return `{{ (${expression}) if value_json is mapping${otherwise === undefined ? '' : ` else ${otherwise}`} }}`;
}
