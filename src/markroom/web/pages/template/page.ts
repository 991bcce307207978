/** `<paper-canvas template-id may-edit>`: what the machine found on a paper, put right and confirmed by a person. */
import { html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ApiError, sayError, send } from "../../elements/api.ts";
import type { Job } from "../../elements/job_progress.ts";
import "../../elements/job_progress.ts";
import { inDialog, isTyping } from "../../elements/keys.ts";
import { LightElement } from "../../elements/light_element.ts";
import type { ExamTemplate, ResponseArea, Boundary } from "../../elements/shapes.ts";
import { addArea, addBoundary, addQuestion } from "./additions.ts";
import { canvasOf, changeArea, changeBoundary, chosenAreas, findPart, moveAreas, questionOf, type Canvas, type Selection } from "./canvas.ts";
import { edit, paste, type Edit } from "./edits.ts";
import { renderAreaFields, renderBoundaryFields, renderQuestionFields } from "./fields.ts";
import { History } from "./history.ts";
import { canvasCommand, pageCommand, type CanvasCommand } from "./keys.ts";
import { renderBar, renderDraft, renderDrawing, renderNoQuestions, renderNothingChosen, renderTrouble, type BarActs, type BarState } from "./panels.ts";
import type { Draw, PaperView, Reshape } from "./paper_view.ts";
import "./paper_view.ts";
import { dropDraft, fetchTemplate, findDraft, keepDraft, putCanvas, type CanvasDraft, type Fetched } from "./saving.ts";
import { nextProposal } from "./tree.ts";
import { renderTree, tintsOf } from "./tree_view.ts";

@customElement("paper-canvas")
export class PaperCanvas extends LightElement {
  @property({ attribute: "template-id" }) templateId = "";
  @property({ attribute: "may-edit", type: Boolean }) mayEdit = false;
  @state() private template: ExamTemplate | null = null;
  @state() private selection: Selection = null;
  @state() private zoom = 1;
  @state() private drawing = false;
  @state() private snapping = true;
  @state() private saving = false;
  @state() private trouble = "";
  @state() private stale = false;
  @state() private job = "";
  @state() private read = -1;
  @state() private draft: CanvasDraft | null = null;
  @query("paper-view") private view!: PaperView;
  private etag = "";
  private copied: readonly string[] = [];
  private saved: Canvas | null = null;
  private history: History | null = null;
  private readonly acts: BarActs = {
    examId: "",
    addQuestion: (below) => this.addQuestion(below),
    setZoom: (zoom) => { this.zoom = zoom; },
    setSnapping: (snapping) => { this.snapping = snapping; },
    copyTo: (pages) => this.takeIn(paste(this.canvas, chosenAreas(this.selection), pages)),
    change: (next) => this.change(next),
    choose: (selection) => this.choose(selection),
    run: (command) => this.run(command),
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.keyPressed);
    window.addEventListener("beforeunload", this.guard);
    void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.keyPressed);
    window.removeEventListener("beforeunload", this.guard);
  }

  private get canvas(): Canvas { return this.history?.present ?? { questions: [], areas: [], boundaries: [] }; }
  private get unsaved(): boolean { return this.history !== null && this.history.present !== this.saved; }
  private readonly guard = (event: Event): void => { if (this.unsaved) event.preventDefault(); };

  private async open(): Promise<void> {
    try {
      this.take(await fetchTemplate(this.templateId));
      const draft = await findDraft(this.templateId);
      if (draft && this.mayEdit) this.draft = draft;
      this.job = new URLSearchParams(location.hash.slice(1)).get("job") ?? "";
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private take({ template, etag }: Fetched): void {
    this.template = template;
    this.acts.examId = template.exam_id ?? "";
    this.etag = etag;
    this.saved = canvasOf(template);
    this.history = new History(this.saved);
    this.stale = false;
    this.trouble = "";
  }

  private change(next: Canvas, run = ""): void {
    if (!this.history || !this.mayEdit) return;
    this.history.change(next, run);
    this.kept();
  }

  private kept(): void {
    if (this.unsaved) void keepDraft({ id: this.templateId, etag: this.etag, canvas: this.canvas, saved_at: Date.now() });
    else void dropDraft(this.templateId);
    this.requestUpdate();
  }

  private choose(selection: Selection): void {
    const cut = selection?.kind === "question" ? this.canvas.boundaries.find((one) => one.question_id === selection.id) : undefined;
    this.selection = cut ? { kind: "boundary", id: cut.id } : selection;
    this.history?.endRun();
    if (this.selection) void this.updateComplete.then(() => this.view?.updateComplete).then(() => this.selection && this.view.showPart(this.selection.id));
  }

  private readonly keyPressed = (event: KeyboardEvent): void => {
    if (inDialog() || event.defaultPrevented) return;
    const command = isTyping(event) ? (event.key.toLowerCase() === "s" ? pageCommand(event) : null) : pageCommand(event);
    if (!command) return;
    event.preventDefault();
    this.run(command);
  };

  /** Tab walks proposals and leaves the pages after the last, so that nobody is caught here. */
  private pagesKey(event: KeyboardEvent): void {
    const command = canvasCommand(event);
    if (!command || (!this.mayEdit && command.do !== "walk" && command.do !== "deselect")) return;
    if (command.do === "walk") {
      const next = nextProposal(this.canvas, this.selection, command.step);
      if (!next) return;
      this.choose(next);
    } else if ((command.do === "nudge" || command.do === "resize") && !this.selection) return;
    else this.run(command);
    event.preventDefault();
  }

  private run(command: CanvasCommand): void {
    switch (command.do) {
      case "undo": if (this.history?.undo()) this.kept(); break;
      case "redo": if (this.history?.redo()) this.kept(); break;
      case "save": void this.save(); break;
      case "walk": this.choose(nextProposal(this.canvas, this.selection, command.step)); break;
      case "snap": this.snap(); break;
      case "copy": this.copied = chosenAreas(this.selection); break;
      case "add_area": this.drawing = !this.drawing; break;
      case "add_boundary": this.addCut(); break;
      case "fields": this.querySelector<HTMLElement>(".canvas-fields input, .canvas-fields select")?.focus(); break;
      case "deselect": this.drawing = false; this.choose(null); break;
      default: this.takeIn(edit(this.canvas, this.selection, command, { page: this.view.pageInView, copied: this.copied }));
    }
  }

  private takeIn(edited: Edit | null): void {
    if (!edited) return;
    this.change(edited.canvas, edited.run);
    if (edited.selection !== undefined) this.choose(edited.selection);
  }

  /** Onto what is printed, where the page is there to be looked at. */
  private snap(): void {
    const boundary = this.selection?.kind === "boundary" ? (findPart(this.canvas, this.selection) as Boundary | undefined) : undefined;
    const areas = this.canvas.areas.filter((one) => chosenAreas(this.selection).includes(one.id));
    const snapped = areas.reduce((canvas, one) => changeArea(canvas, one.id, { bounds: this.view.snapped(one.page, one.bounds) }), this.canvas);
    if (areas.length) this.change(snapped);
    if (boundary) this.change(changeBoundary(this.canvas, boundary.id, { y: this.view.snappedCut(boundary.page, boundary.y) }));
  }

  private addQuestion(below: boolean): void {
    const chosen = questionOf(this.canvas, this.selection);
    const id = crypto.randomUUID();
    this.change(addQuestion(this.canvas, below ? (chosen?.id ?? null) : (chosen?.parent_id ?? null), id));
    this.choose({ kind: "question", id });
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("#q-marks")?.focus());
  }

  private addCut(): void {
    const question = questionOf(this.canvas, this.selection);
    if (!question || this.canvas.boundaries.some((one) => one.question_id === question.id)) return;
    const id = crypto.randomUUID();
    this.change(addBoundary(this.canvas, question, this.view.pageInView, 0.5, id));
    this.choose({ kind: "boundary", id });
  }

  private addDrawn({ page, bounds }: Draw): void {
    const id = crypto.randomUUID();
    this.drawing = false;
    this.change(addArea(this.canvas, questionOf(this.canvas, this.selection)?.id ?? null, page, bounds, id));
    this.choose({ kind: "area", id });
  }

  private reshape({ kind, id, bounds, y, gesture }: Reshape): void {
    const area = this.canvas.areas.find((one) => one.id === id);
    const ids = chosenAreas(this.selection);
    const together = area && bounds && ids.length > 1 && ids.includes(id);
    if (together) this.change(moveAreas(this.canvas, ids, bounds.x - area.bounds.x, bounds.y - area.bounds.y), gesture);
    else if (kind === "area" && bounds) this.change(changeArea(this.canvas, id, { bounds }), gesture);
    if (kind === "boundary") this.change(changeBoundary(this.canvas, id, { y }), gesture);
  }

  private async save(): Promise<void> {
    if (!this.unsaved || this.saving) return;
    this.saving = true;
    this.trouble = "";
    try {
      const sent = this.canvas;
      const { etag } = await putCanvas(this.templateId, this.etag, sent);
      this.etag = etag;
      this.saved = sent;
      this.kept();
    } catch (error) {
      this.trouble = sayError(error);
      this.stale = error instanceof ApiError && error.status === 412;
    }
    this.saving = false;
  }

  /** After 412: over a colleague's version, or theirs instead of mine. */
  private async resolve(choice: "mine" | "theirs"): Promise<void> {
    try {
      const fetched = await fetchTemplate(this.templateId);
      if (choice === "theirs") { this.take(fetched); await dropDraft(this.templateId); this.choose(null); return; }
      this.etag = fetched.etag;
      this.stale = false;
      await this.save();
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private async detect(): Promise<void> {
    try {
      const body = (await send<{ job?: string | { id: string }; id?: string }>("POST", `/api/exam/templates/${this.templateId}/detect`)).body;
      this.job = typeof body.job === "string" ? body.job : (body.job?.id ?? body.id ?? "");
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private detected(): void {
    history.replaceState(null, "", location.pathname + location.search);
    void this.open().then(() => { this.draft = null; });
  }

  private takeDraft(use: boolean): void {
    if (use && this.draft) this.change(this.draft.canvas);
    else void dropDraft(this.templateId);
    this.draft = null;
  }

  private renderNotices() {
    return html`
      ${renderTrouble(this.trouble, this.stale, (choice) => void this.resolve(choice))}
      ${this.draft ? renderDraft(this.draft.saved_at, this.draft.etag !== this.etag, (use) => this.takeDraft(use)) : nothing}
      ${this.job ? html`<div class="notice canvas-notice"><job-progress job-id=${this.job} label="pages read"
        @step=${(event: CustomEvent<Job>) => { this.read = event.detail.done; }} @done=${this.detected}></job-progress></div>` : nothing}
      ${this.drawing ? renderDrawing((bounds) => this.addDrawn({ page: this.view.pageInView, bounds })) : nothing}`;
  }

  private renderFields(paths: ReadonlyMap<string, string>) {
    const { canvas, selection } = this;
    const question = questionOf(canvas, selection);
    const pages = this.template?.page_count ?? 0;
    const part = findPart(canvas, selection);
    if (!selection || !part) return renderNothingChosen(this.template as ExamTemplate);
    const doubt = question && !question.confirmed && question.max_marks === null ? "No marks were found beside it." : "";
    return html`
      ${selection.kind === "area" ? renderAreaFields(canvas, part as ResponseArea, chosenAreas(selection), paths, pages, this.acts)
        : question ? renderQuestionFields(canvas, question, paths, doubt, this.acts) : nothing}
      ${selection.kind === "boundary" ? renderBoundaryFields(canvas, part as Boundary, pages, this.acts) : nothing}
      <div class="row part-acts">
        <button type="button" class="button" ?disabled=${part.confirmed} @click=${() => this.run({ do: "confirm" })}>Confirm <kbd aria-hidden="true">Enter</kbd></button>
        ${selection.kind === "area" ? html`<button type="button" class="button" @click=${() => this.run({ do: "split" })}>Split <kbd aria-hidden="true">S</kbd></button>
          <button type="button" class="button" @click=${() => this.run({ do: "merge" })}>Merge <kbd aria-hidden="true">M</kbd></button>` : nothing}
        <button type="button" class="button button-danger" @click=${() => this.run({ do: "remove" })}>${selection.kind === "boundary" ? "Delete cut line" : "Delete"}</button>
        ${selection.kind === "boundary" && question ? html`<button type="button" class="button button-danger" @click=${() => this.takeIn(edit(canvas, { kind: "question", id: question.id }, { do: "remove" }, { page: 1, copied: [] }))}>Delete question</button>` : nothing}
        ${selection.kind === "question" ? html`<button type="button" class="button" @click=${() => this.run({ do: "add_boundary" })}>Add cut line <kbd aria-hidden="true">B</kbd></button>` : nothing}
      </div>`;
  }

  private get bar(): BarState {
    const { canvas, history, mayEdit, drawing, snapping, zoom, unsaved, saving } = this;
    const hasChosen = questionOf(canvas, this.selection) !== undefined;
    return { canvas, mayEdit, hasChosen, drawing, snapping, zoom, unsaved, saving, canUndo: history?.canUndo ?? false, canRedo: history?.canRedo ?? false };
  }

  override render() {
    const template = this.template;
    if (!template) return html`<div class="empty canvas-empty">${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : html`<p class="quiet">Fetching the paper…</p>`}</div>`;
    const { tints, paths } = tintsOf(this.canvas.questions);
    const chosen = questionOf(this.canvas, this.selection)?.id ?? "";
    return html`
      ${renderBar(this.bar, this.acts)}
      <div class="canvas-notices">${this.renderNotices()}</div>
      <div class="canvas">
        <nav class="canvas-tree" aria-label="Questions" tabindex="0">
          ${this.canvas.questions.length ? renderTree(this.canvas.questions, template.total_marks ?? null, tints, chosen, this.acts.choose) : renderNoQuestions(this.mayEdit, this.job !== "", () => void this.detect())}</nav>
        <section class="canvas-pages" aria-label="Pages: Tab walks the proposals, Enter confirms" tabindex="0" @keydown=${this.pagesKey}>
          <paper-view .canvas=${this.canvas} .selection=${this.selection} .tints=${tints} .paths=${paths} .templateId=${this.templateId}
            .pageCount=${template.page_count ?? 0} .zoom=${this.zoom} .drawing=${this.drawing} .snapping=${this.snapping} .read=${this.job ? this.read : -1} .locked=${!this.mayEdit}
            @choose=${(event: CustomEvent<Selection>) => this.choose(event.detail)} @reshape=${(event: CustomEvent<Reshape>) => this.reshape(event.detail)}
            @draw=${(event: CustomEvent<Draw>) => this.addDrawn(event.detail)}></paper-view>
        </section>
        <aside class="canvas-fields" aria-label="Selected"><fieldset class="stack" ?disabled=${!this.mayEdit}>${this.renderFields(paths)}</fieldset></aside>
      </div>`;
  }
}
