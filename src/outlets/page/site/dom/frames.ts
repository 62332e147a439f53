/** Draws at most once a frame, however much came, and not at all while the tab is hidden. */
export class Frames {
  readonly #draw: () => void;
  #isAsked = false;

  constructor(drawAll: () => void) {
    this.#draw = drawAll;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.ask();
    });
  }

  ask(): void {
    if (this.#isAsked || document.hidden) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#draw();
    });
  }
}
