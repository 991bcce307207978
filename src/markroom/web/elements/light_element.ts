import { LitElement } from "lit";

/** A custom element that renders into the page itself, so that the one style sheet and the page's labels reach it. */
export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
