/** `<comment-field>`: a comment, found again by initial letters; fires `comment` with the text on Enter and `leave` on Escape. */
import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { LightElement } from "../../elements/light_element.ts";
import { findComments } from "./scheme.ts";

@customElement("comment-field")
export class CommentField extends LightElement {
  @property() value = "";
  @property() label = "Comment";
  @property({ attribute: false }) bank: readonly string[] = [];
  @state() private typed = "";
  @state() private chosen = -1;
  @state() private open = false;
  @query("input") private input!: HTMLInputElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("value")) this.typed = this.value;
  }

  enter(): void {
    this.input.focus();
    this.input.select();
  }

  private get found(): string[] {
    return this.open ? findComments(this.bank, this.typed === this.value ? "" : this.typed) : [];
  }

  private tell(name: "comment" | "leave", text: string): void {
    this.open = false;
    this.dispatchEvent(new CustomEvent<string>(name, { detail: text }));
  }

  private typing(event: InputEvent): void {
    this.typed = (event.target as HTMLInputElement).value;
    this.open = true;
    const short = /^\p{L}{1,5}$/u.test(this.typed.trim());
    this.chosen = short && this.found.length > 0 ? 0 : -1;
  }

  private pressed(event: KeyboardEvent): void {
    const found = this.found;
    event.stopPropagation();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = found.length ? (this.chosen + step + found.length) % found.length : -1;
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(found[this.chosen] ?? this.typed.trim());
    } else if (event.key === "Escape") {
      this.typed = this.value;
      this.tell("leave", this.value);
    }
  }

  private take(text: string): void {
    this.typed = text;
    this.tell("comment", text);
  }

  override render() {
    const found = this.found;
    return html`<div class="field comment-field">
      <label for="comment">${this.label}</label>
      <input id="comment" role="combobox" autocomplete="off" aria-autocomplete="list" aria-controls="comment-list" aria-expanded=${found.length > 0}
        aria-activedescendant=${found[this.chosen] !== undefined ? `comment-${this.chosen}` : nothing} .value=${this.typed}
        @focus=${() => { this.open = true; this.chosen = -1; }} @blur=${() => { this.open = false; }} @input=${this.typing} @keydown=${this.pressed}>
      <ul id="comment-list" role="listbox" aria-label="Comments used before" ?hidden=${found.length === 0}>
        ${found.map((text, index) => html`<li role="option" id="comment-${index}" aria-selected=${index === this.chosen}
          @pointerdown=${(event: Event) => { event.preventDefault(); this.take(text); }}>${text}</li>`)}
      </ul>
    </div>`;
  }
}
