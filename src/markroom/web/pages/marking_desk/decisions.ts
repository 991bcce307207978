/** `<team-decisions>`: what the team decided about the question in hand. Fetched once a question, after its answer is there. */
import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ApiError, get, send, UNREACHABLE } from "../../elements/api.ts";
import { LightElement } from "../../elements/light_element.ts";
import { addKept, bodyOf, decisionOf, type Decision, type Memory, type Subject } from "./keeping.ts";

/** A marker who goes on within this time needs nothing fetched for the answer that was passed. */
const SETTLED_MS = 250;

@customElement("team-decisions")
export class TeamDecisions extends LightElement {
  @property({ attribute: false }) subject: Subject | null = null;
  @property({ type: Boolean }) writable = false;
  @state() private asking = false;
  @state() private trouble = "";
  @state() private saved = "";
  @query("input") private input!: HTMLInputElement | null;
  private known: Record<string, Decision[]> = {};
  private timer = 0;
  private sending = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("subject");
    const { subject } = this;
    if (!changed.has("subject") || (before?.question_id === subject?.question_id && before?.script_id === subject?.script_id)) return;
    this.asking = false;
    this.trouble = "";
    this.saved = "";
    clearTimeout(this.timer);
    if (subject && !this.known[subject.question_id]) this.timer = window.setTimeout(() => void this.fetch(subject), SETTLED_MS);
  }

  private async fetch(subject: Subject): Promise<void> {
    try {
      const found = await get<{ memories: Decision[] }>(`/marking/${subject.batch_id}/${subject.question_id}/decisions`);
      this.known = { ...this.known, [subject.question_id]: found.memories };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message === UNREACHABLE ? "They cannot be fetched just now." : error.message;
    }
    this.requestUpdate();
  }

  /** Keeps the comment at hand; without one asks for the words. */
  keep(comment: string): void {
    if (!this.writable) { this.trouble = "You may read this project's memory and not add to it."; return; }
    if (comment.trim()) { void this.save(comment.trim(), "comment"); return; }
    this.asking = true;
    void this.updateComplete.then(() => this.input?.focus());
  }

  private async save(text: string, kind: "comment" | "decision"): Promise<void> {
    const { subject } = this;
    if (!subject || this.sending) return;
    this.sending = true;
    try {
      const { body } = await send<Memory>("POST", "/api/memories", { body: bodyOf(subject, text, kind) });
      this.known = { ...this.known, [subject.question_id]: addKept(this.known[subject.question_id] ?? [], decisionOf(body)) };
      this.trouble = "";
      this.saved = "Kept for the team.";
      this.leave();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.problem.code === "already_kept") { this.trouble = ""; this.saved = "The team has kept these words already."; this.leave(); }
      else this.trouble = error.message;
    } finally {
      this.sending = false;
      this.requestUpdate();
    }
  }

  private async takeBack(decision: Decision): Promise<void> {
    const { subject } = this;
    try {
      await send("DELETE", `/api/memories/${decision.id}`);
      if (subject) this.known = { ...this.known, [subject.question_id]: (this.known[subject.question_id] ?? []).filter((one) => one.id !== decision.id) };
      this.saved = "Taken back.";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error.message;
    }
    this.leave();
  }

  private leave(): void {
    this.asking = false;
    this.dispatchEvent(new CustomEvent("leave"));
  }

  private pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    const text = (event.currentTarget as HTMLInputElement).value.trim();
    if (event.key === "Escape") this.leave();
    if (event.key === "Enter" && text) { event.preventDefault(); void this.save(text, "decision"); }
  }

  private renderOne(decision: Decision) {
    return html`<li>
      <p class="decision-text">${decision.text}</p>
      <p class="small quiet">${[decision.kind_word ?? "", decision.author_name ?? "", decision.why].filter(Boolean).join(" · ")}
        ${decision.kept ? html`<button type="button" class="button button-small button-quiet" @click=${() => void this.takeBack(decision)}>Take back</button>`
          : html`<a href=${`/memory/${decision.id}`} target="_blank" rel="noopener">Open<span class="unseen"> in a new tab</span></a>`}</p>
    </li>`;
  }

  override render() {
    const found = this.subject ? this.known[this.subject.question_id] : undefined;
    return html`<section class="desk-decisions" aria-labelledby="decisions" tabindex="0">
      <div class="row row-apart"><h3 id="decisions">What the team decided</h3>
        ${this.writable ? html`<button type="button" class="button button-small" aria-keyshortcuts="M" @click=${() => this.dispatchEvent(new CustomEvent("keep"))}>Keep <kbd aria-hidden="true">M</kbd></button>` : nothing}</div>
      ${this.asking ? html`<div class="field"><label for="decision">What did you decide?</label>
        <input id="decision" autocomplete="off" maxlength="10000" @keydown=${this.pressed}><span class="hint">Enter keeps it for this question, Esc leaves it.</span></div>` : nothing}
      <p class="small ${this.trouble ? "refused" : "quiet"}" role="status">${this.trouble || this.saved || (found && !found.length && !this.asking ? "Nothing yet about this question." : "")}</p>
      ${found?.length ? html`<ul>${found.map((decision) => this.renderOne(decision))}</ul>` : nothing}
    </section>`;
  }
}
