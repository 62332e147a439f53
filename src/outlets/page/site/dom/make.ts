/** A thing that may stand inside an element; null, undefined and false stand for nothing. A text is a text, never markup. */
export type Child = Node | string | number | null | undefined | false;

type Value = string | number | boolean | null | undefined;

/** Attributes by their names; false, null and undefined leave one out, true gives it without a value. */
export type Attributes = Readonly<Record<string, Value>>;

const SVG = 'http://www.w3.org/2000/svg';
/** Attributes that hold code or rules: none is ever set by its text. */
const FORBIDDEN = /^(on|style$|srcdoc$)/i;

/** An element of HTML. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  fill(element, ...children);
  return element;
}

/** An element of SVG. */
export function draw<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes);
  fill(element, ...children);
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (FORBIDDEN.test(name)) throw new TypeError(`the attribute ${name} is not set by its text`);
    const text = value === true ? '' : value;
    if (text === false || text === null || text === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== `${text}`) element.setAttribute(name, `${text}`);
  }
}

/** Puts the children in place of what the element has. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter(isThere).map((child) => (child instanceof Node ? child : `${child}`)));
}

/** Changes a text only where it is another one: that is half of the cost of a card. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A button that is no part of a form. */
export function button(
  text: Child,
  onPress: (event: MouseEvent) => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const element = make('button', { type: 'button', ...attributes }, text);
  element.addEventListener('click', onPress);
  return element;
}

function isThere(child: Child): child is Node | string | number {
  return child !== null && child !== undefined && child !== false;
}
