/** `<marking-desk batch-id question-id back-url>`: one answer after another, marked from the keyboard or with a pen. */
import { html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { userId } from "../../elements/api.ts";
import { inDialog, isTyping } from "../../elements/keys.ts";
import { LightElement } from "../../elements/light_element.ts";
import type { MarkEntry } from "../../elements/shapes.ts";
import type { AnswerView } from "./answer_view.ts";
import "./answer_view.ts";
import type { Tool } from "./annotations.ts";
import type { CommentField } from "./comment_field.ts";
import "./comment_field.ts";
import { Claims, draftOf, type Draft, type Sheet } from "./claims.ts";
import type { TeamDecisions } from "./decisions.ts";
import "./decisions.ts";
import { subjectOf } from "./keeping.ts";
import { commandFor, type Command } from "./keys.ts";
import { Outbox, putMark, type MarkBody, type Outgoing } from "./outbox.ts";
import { openOutgoingStore } from "./outgoing_store.ts";
import { marksOfPoints, schemePoints } from "./scheme.ts";
import { renderEmpty, renderMarks, renderScheme, renderTools, renderTroubles, saySending, type Acts } from "./side.ts";
import { NOTHING_TYPED, typeDigit, typedMarks, typeHalf, type Typed } from "./typing.ts";

const RETRY_MS = 5000;

@customElement("marking-desk")
export class MarkingDesk extends LightElement {
  @property({ attribute: "batch-id" }) batchId = "";
  @property({ attribute: "question-id" }) questionId = "";
  @property({ attribute: "back-url" }) backUrl = "/marking";
  @property({ attribute: "project-id" }) projectId = "";
  @property({ type: Boolean, attribute: "may-keep" }) mayKeep = false;
  @state() private at = 0;
  @state() private tool: Tool = "none";
  @state() private words = "";
  @state() private zoom = 0;
  @state() private wholePage = false;
  @state() private refused = "";
  @state() private asking: "comment" | "query" = "comment";
  @state() private markedHere = 0;
  @query("comment-field") private comment!: CommentField;
  @query("answer-view") private view!: AnswerView;
  @query("team-decisions") private decisions!: TeamDecisions | null;
  private bank: string[] = [];
  private claims!: Claims;
  private outbox: Outbox | null = null;
  private timer = 0;
  private stamp = 0;
  private readonly acts: Acts = {
    run: (command) => this.run(command),
    give: (marks) => this.give({ marks, state: "awarded" }),
    tool: (tool) => { this.tool = tool; this.focusAnswer(); },
    settle: (outgoing, choice) => void this.settle(outgoing, choice),
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.claims = new Claims(this.batchId, this.questionId, () => this.requestUpdate());
    this.claims.fill(this.at);
    void this.open();
    document.addEventListener("keydown", this.keyPressed);
    window.addEventListener("online", this.sendAgain);
    window.addEventListener("pagehide", this.leave);
    this.timer = window.setInterval(this.sendAgain, RETRY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.keyPressed);
    window.removeEventListener("online", this.sendAgain);
    window.removeEventListener("pagehide", this.leave);
    clearInterval(this.timer);
  }

  private async open(): Promise<void> {
    const store = await openOutgoingStore();
    this.outbox = new Outbox(store, userId(), putMark, (outgoing, entry) => this.arrived(outgoing, entry), () => this.looked());
    await this.outbox.flush();
  }

  private looked(): void {
    for (const { key } of this.outbox?.troubled ?? []) void this.claims.letGo(key);
    this.requestUpdate();
  }

  private readonly sendAgain = (): void => {
    if (this.outbox?.stopped) void this.outbox.flush();
    if (this.claims.trouble) this.claims.fill(this.at);
    void this.claims.renew(this.at);
  };

  private get sheet(): Sheet | undefined { return this.claims.sheets[this.at]; }
  private readonly leave = (): void => this.claims.handBack();

  private readonly keyPressed = (event: KeyboardEvent): void => {
    if (isTyping(event) || inDialog()) return;
    if (this.view?.pressKey(event.key)) { event.preventDefault(); return; }
    const onButton = (event.target as Element).closest("button, a") !== null;
    if (onButton && (event.key === "Enter" || event.key === " ")) return;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    this.run(command);
  };

  private run(command: Command): void {
    this.refused = "";
    const sheet = this.sheet;
    switch (command.do) {
      case "back": this.go(this.at - 1); return;
      case "forward": if (sheet?.entry) this.go(this.at + 1); return;
      case "undo": this.undo(); return;
      case "zoom": this.zoom = (this.zoom + 1) % 3; return;
      case "page": this.wholePage = !this.wholePage; return;
      case "ink": this.tool = this.tool === "ink" ? "none" : "ink"; return;
      case "leave": this.tool = "none"; this.wholePage = false; if (sheet) this.type(sheet, { typing: NOTHING_TYPED, marks: null, refused: "" }); return;
    }
    if (sheet) this.mark(sheet, command);
  }

  private mark(sheet: Sheet, command: Command): void {
    const { max_marks } = sheet.claim.item;
    const { typing } = sheet.draft;
    switch (command.do) {
      case "digit": this.type(sheet, typeDigit(typing, command.digit, max_marks)); break;
      case "half": if (sheet.claim.item.allow_half_marks) this.type(sheet, typeHalf(typing, max_marks)); else this.refused = "Only whole marks here."; break;
      case "erase": this.type(sheet, { typing: { ...typing, digits: typing.digits.slice(0, -1) }, marks: null, refused: "" }); break;
      case "enter": this.accept(sheet); break;
      case "not_attempted": this.give({ marks: null, state: "not_attempted" }); break;
      case "query": this.ask("query"); break;
      case "comment": this.ask("comment"); break;
      case "keep": this.keep(sheet); break;
      case "point": this.choosePoint(sheet, command.index); break;
    }
  }

  private type(sheet: Sheet, typed: Typed): void {
    sheet.draft = { ...sheet.draft, typing: typed.typing };
    this.refused = typed.refused;
    if (typed.marks !== null) this.give({ marks: typed.marks, state: "awarded" });
    else this.requestUpdate();
  }

  private accept(sheet: Sheet): void {
    const typed = typedMarks(sheet.draft.typing);
    const chosen = sheet.draft.points.join() !== (sheet.entry?.points ?? []).join();
    const marks = typed ?? (chosen ? marksOfPoints(schemePoints(sheet.claim.item), sheet.draft.points, sheet.claim.item.max_marks) : null);
    if (marks !== null) this.give({ marks, state: "awarded" });
    else if (sheet.entry) this.go(this.at + 1);
    else this.refused = "Type the marks, or N for not attempted.";
  }

  private ask(what: "comment" | "query"): void {
    this.asking = what;
    void this.updateComplete.then(() => this.comment.enter());
  }

  private commented(text: string): void {
    const sheet = this.sheet;
    if (!sheet) return;
    if (text) this.bank = [text, ...this.bank.filter((known) => known !== text)];
    this.change(sheet, { ...sheet.draft, comment: text });
    this.focusAnswer();
    if (this.asking === "query" && !text) this.refused = "Say in a word what a colleague should decide.";
    else if (this.asking === "query") this.give({ marks: null, state: "query" });
    else if (sheet.entry) this.save(sheet, { marks: sheet.entry.marks, state: sheet.entry.state });
    this.asking = "comment";
  }

  private keep(sheet: Sheet): void {
    if (this.decisions) this.decisions.keep(sheet.draft.comment);
    else this.refused = "This paper belongs to no project of yours; what a team decides is kept in its project.";
  }

  private choosePoint(sheet: Sheet, index: number): void {
    if (!schemePoints(sheet.claim.item)[index]) return;
    const { points } = sheet.draft;
    this.change(sheet, { ...sheet.draft, points: points.includes(index) ? points.filter((one) => one !== index) : [...points, index].sort((a, b) => a - b) });
  }

  private annotated(event: CustomEvent<Draft["annotations"]>): void {
    const sheet = this.sheet;
    if (!sheet) return;
    this.change(sheet, { ...sheet.draft, annotations: event.detail });
    if (sheet.entry) this.save(sheet, { marks: sheet.entry.marks, state: sheet.entry.state });
  }

  private change(sheet: Sheet, draft: Draft): void {
    sheet.past.push(sheet.draft);
    sheet.draft = draft;
    this.requestUpdate();
  }

  private give(given: Pick<MarkBody, "marks" | "state">): void {
    const sheet = this.sheet;
    if (!sheet) return;
    if (!sheet.entry || sheet.entry.state === "query") this.markedHere += given.state === "query" ? 0 : 1;
    sheet.given = true;
    sheet.before.push(sheet.entry);
    sheet.draft = { ...sheet.draft, typing: NOTHING_TYPED };
    this.save(sheet, given);
    sheet.past = [];
    this.go(this.at + 1);
  }

  private save(sheet: Sheet, given: Pick<MarkBody, "marks" | "state">): void {
    const { draft, key, claim } = sheet;
    const { script_id, question_id, path } = claim.item;
    const version = sheet.entry?.version ?? claim.item.version;
    const body: MarkBody = { ...given, points: draft.points, comment: draft.comment || null, annotations: draft.annotations };
    sheet.entry = { ...sheet.entry, ...body, source: "manual", version };
    this.stamp = Math.max(Date.now(), this.stamp + 1);
    void this.outbox?.add({ key, user_id: userId(), batch_id: this.batchId, script_id, question_id, path, body, version, queued_at: this.stamp, trouble: null });
  }

  private arrived(outgoing: Outgoing, entry: MarkEntry): void {
    const sheet = this.claims.sheets.find((one) => one.key === outgoing.key);
    if (sheet?.entry) sheet.entry = { ...sheet.entry, version: entry.version };
    this.claims.fill(this.at);
  }

  private async settle(outgoing: Outgoing, choice: "drop" | "send"): Promise<void> {
    const sheet = this.claims.sheets.find((one) => one.key === outgoing.key);
    const current = outgoing.trouble?.current ?? null;
    if (sheet && choice === "drop") { sheet.entry = current; sheet.draft = draftOf(current); }
    await this.outbox?.settle(outgoing.key, choice);
    this.requestUpdate();
  }

  /** Takes back the last thing done: an unsaved change here, else the mark given last, which then waits to be typed again. */
  private undo(): void {
    const sheet = this.sheet;
    const earlier = sheet?.past.pop();
    if (sheet && earlier) {
      sheet.draft = earlier;
      if (sheet.entry) this.save(sheet, { marks: sheet.entry.marks, state: sheet.entry.state });
      this.requestUpdate();
      return;
    }
    const last = this.claims.sheets[this.at - 1];
    if (!last) { this.refused = "Nothing to undo."; return; }
    this.go(this.at - 1);
    const before = last.before.pop();
    if (!before) { this.refused = "Type the right mark; until then the one given stands."; return; }
    last.draft = draftOf(before);
    this.save(last, { marks: before.marks, state: before.state });
  }

  private go(to: number): void {
    if (to < 0 || to > this.claims.sheets.length) return;
    this.at = to;
    this.wholePage = false;
    this.asking = "comment";
    this.claims.fill(to);
    this.focusAnswer();
  }

  private focusAnswer(): void {
    const place = this.querySelector<HTMLElement>(".desk-answer");
    place?.focus({ preventScroll: true });
    place?.scrollTo({ top: 0 });
  }

  private renderSide(sheet: Sheet | undefined) {
    if (!sheet) return html`<div class="desk-side-empty"></div>`;
    const label = this.asking === "query" ? "What should a colleague decide?" : "Comment";
    return html`
      <div class="desk-question"><h2>Question ${sheet.claim.item.path}</h2>
        <span class="small quiet">${sheet.claim.item.candidate ?? (sheet.claim.item.script_number ? `Script ${sheet.claim.item.script_number}` : nothing)}</span></div>
      ${renderScheme(sheet, this.acts)}
      ${renderMarks(sheet, this.refused, this.acts)}
      <comment-field .value=${sheet.draft.comment} .label=${label} .bank=${this.bank}
        @comment=${(event: CustomEvent<string>) => this.commented(event.detail)} @leave=${() => { this.asking = "comment"; this.focusAnswer(); }}></comment-field>
      ${renderTools(this.tool, this.zoom, this.wholePage, this.acts)}
      <div class="field words" ?hidden=${this.tool !== "text"}><label for="words">Words to place on the answer</label>
        <input id="words" .value=${this.words} @input=${(event: Event) => { this.words = (event.target as HTMLInputElement).value; }}></div>
      ${this.projectId ? html`<team-decisions .subject=${subjectOf(sheet.claim.item, this.batchId, this.projectId)} ?writable=${this.mayKeep}
        @keep=${() => this.keep(sheet)} @leave=${() => this.focusAnswer()}></team-decisions>` : nothing}`;
  }

  override render() {
    const sheet = this.sheet;
    const total = this.claims.progress?.total ?? 0;
    const marked = Math.min(total, (this.claims.progress?.marked ?? 0) + this.markedHere);
    return html`
      <progress class="desk-progress" max=${total || 1} .value=${marked} aria-label="Answers marked"></progress>
      <div class="desk">
        <section class="desk-answer" aria-label="Answer" tabindex="0">
          ${sheet ? html`<answer-view .areas=${sheet.claim.item.areas} .annotations=${sheet.draft.annotations} .tool=${this.tool} .words=${this.words}
            .zoom=${this.zoom} .pagesOf=${this.wholePage ? sheet.claim.item.script_id : ""} @annotate=${this.annotated}></answer-view>` : renderEmpty(this.claims, this.backUrl)}
        </section>
        <aside class="desk-side" aria-label="Marking">
          ${this.renderSide(sheet)}
          <p class="desk-status small quiet" role="status">${saySending(this.outbox, this.markedHere)} ${total ? html`<span>${marked} of ${total} marked.</span>` : nothing}</p>
        </aside>
        <div class="desk-troubles">${renderTroubles(this.outbox?.troubled ?? [], this.acts)}</div>
      </div>`;
  }
}
