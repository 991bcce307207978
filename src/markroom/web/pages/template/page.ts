/** `<paper-canvas template-id may-edit>`: what the machine found on a paper, put right and confirmed by a person. */
import { html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ApiError, sayError, send } from "../../elements/api.ts";
import { showToast } from "../../elements/toast.ts";
import type { Job } from "../../elements/job_progress.ts";
import "../../elements/job_progress.ts";
import { inDialog, isTyping } from "../../elements/keys.ts";
import { LightElement } from "../../elements/light_element.ts";
import type { ExamTemplate } from "../../elements/shapes.ts";
import { addArea, addBoundary, addQuestion, questionDrawn } from "./additions.ts";
import { canvasOf, chosenAreas, findPart, questionOf, type Canvas, type Selection } from "./canvas.ts";
import { fetchConflict, type Conflict } from "./conflict.ts";
import { edit, paste, reshape, snap, type Edit } from "./edits.ts";
import { renderSelected } from "./fields.ts";
import { foundOf, rebase, showFound, unreadPages, type Found } from "./found.ts";
import { History } from "./history.ts";
import { canvasCommand, pageCommand, type CanvasCommand } from "./keys.ts";
import { renderBar, renderConflict, renderDraft, renderDrawing, renderNoQuestions, renderNothingChosen, renderReading, renderTrouble, type BarActs, type BarState } from "./panels.ts";
import type { Draw, PaperView, Reshape } from "./paper_view.ts";
import "./paper_view.ts";
import { dropDraft, fetchTemplate, findDraft, findReading, keepDraft, putCanvas, type CanvasDraft, type Fetched } from "./saving.ts";
import { nextProposal } from "./tree.ts";
import { renderTree, tintsOf, walkTree } from "./tree_view.ts";

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
  @state() private conflict: Conflict | null = null;
  @state() private jobId = "";
  @state() private job: Job | null = null;
  @state() private found: Found | null = null;
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
    removeQuestion: (id) => this.takeIn(edit(this.canvas, { kind: "question", id }, { do: "remove" }, { page: 1, copied: [] })),
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
      const named = new URLSearchParams(location.hash.slice(1)).get("job") ?? "";
      this.jobId = named || (this.template?.questions.length ? "" : await findReading(this.templateId));
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
    this.conflict = null;
    this.trouble = "";
  }

  private change(next: Canvas, run = ""): void {
    if (!this.history || !this.mayEdit) return;
    this.history.change(next, run);
    this.kept();
  }

  private kept(): void {
    if (this.unsaved && this.saved) void keepDraft(this.templateId, { etag: this.etag, base: this.saved, canvas: this.canvas, saved_at: Date.now() });
    else void dropDraft(this.templateId);
    this.requestUpdate();
  }

  /** What is only found so far cannot be chosen, but looked at. What a pointer chose is in view: its page stays where it is. */
  private choose(selection: Selection, isInView = false): void {
    const seen = this.found?.boundaries.find((one) => one.question_id === selection?.id);
    if (seen && !findPart(this.canvas, selection)) { this.view.showPart(seen.id); return; }
    const cut = selection?.kind === "question" ? this.canvas.boundaries.find((one) => one.question_id === selection.id) : undefined;
    this.selection = cut ? { kind: "boundary", id: cut.id } : selection;
    this.history?.endRun();
    if (this.selection && !isInView) void this.updateComplete.then(() => this.view?.updateComplete).then(() => this.selection && this.view.showPart(this.selection.id));
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
      case "walk": this.choose(nextProposal(this.canvas, this.selection, command.step) ?? nextProposal(this.canvas, null, command.step)); break;
      case "snap": this.change(snap(this.canvas, this.selection, this.view)); break;
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
    if (edited.said) showToast(edited.said);
    if (edited.selection !== undefined) this.choose(edited.selection);
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
    this.change(addArea(this.canvas, questionDrawn(this.canvas, this.selection, page, bounds.y), page, bounds, id));
    this.choose({ kind: "area", id });
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
      await this.refused(error);
    }
    this.saving = false;
  }

  private async refused(error: unknown): Promise<void> {
    const isStale = error instanceof ApiError && error.status === 412;
    if (!isStale || !this.saved) { this.trouble = sayError(error); return; }
    this.conflict = await fetchConflict(this.templateId, this.saved).catch((failed: unknown) => { this.trouble = sayError(failed); return null; });
  }

  private async resolve({ fetched }: Conflict, choice: "both" | "theirs"): Promise<void> {
    if (choice === "both") { this.takeWhole(fetched); await this.save(); return; }
    this.take(fetched);
    await dropDraft(this.templateId);
    this.choose(null);
  }

  private async detect(): Promise<void> {
    try {
      const body = (await send<{ job: { id: string } }>("POST", `/api/exam/templates/${this.templateId}/detect`)).body;
      this.jobId = body.job.id;
    } catch (error) {
      this.trouble = sayError(error);
    }
  }

  private step(job: Job): void {
    this.job = job;
    this.found = foundOf(job.result) ?? this.found;
  }

  /** The proposal is whole and takes the place of what was found so far; what was done meanwhile stays, saved or not. */
  private async detected(job: Job): Promise<void> {
    history.replaceState(null, "", location.pathname + location.search);
    try {
      if (job.state === "done") this.takeWhole(await fetchTemplate(this.templateId));
    } catch (error) {
      this.trouble = sayError(error);
    }
    this.found = null;
  }

  private takeWhole(fetched: Fetched): void {
    const [base, mine] = [this.saved, this.canvas];
    const isMine = this.unsaved;
    this.take(fetched);
    if (isMine && base) this.change(rebase(base, mine, this.canvas));
  }

  private takeDraft(use: boolean): void {
    if (use && this.draft) this.change(rebase(this.draft.base, this.draft.canvas, this.canvas));
    else void dropDraft(this.templateId);
    this.draft = null;
  }

  private renderNotices() {
    return html`
      ${renderTrouble(this.trouble)}
      ${this.conflict ? renderConflict(this.conflict, (choice) => this.conflict && void this.resolve(this.conflict, choice)) : nothing}
      ${this.draft ? renderDraft(this.draft.saved_at, this.draft.etag !== this.etag, (use) => this.takeDraft(use)) : nothing}
      ${this.jobId ? html`<div class="notice canvas-notice"><job-progress job-id=${this.jobId} label="pages read"
        @step=${(event: CustomEvent<Job>) => this.step(event.detail)} @done=${(event: CustomEvent<Job>) => void this.detected(event.detail)}></job-progress>
        ${renderReading(this.job, () => { this.jobId = ""; })}</div>` : nothing}
      ${this.drawing ? renderDrawing((bounds) => this.addDrawn({ page: this.view.pageInView, bounds })) : nothing}`;
  }

  private get isReading(): boolean { return this.jobId !== "" && this.job?.state !== "done" && this.job?.state !== "failed"; }
  private get unread(): Set<number> { return this.isReading && this.job ? unreadPages(this.template?.page_count ?? 0, this.job.done, this.found) : new Set(); }

  private get bar(): BarState {
    const { canvas, history, mayEdit, isReading, drawing, snapping, zoom, unsaved, saving } = this;
    const hasChosen = questionOf(canvas, this.selection) !== undefined;
    return { canvas, mayEdit, isReading, hasChosen, drawing, snapping, zoom, unsaved, saving, canUndo: history?.canUndo ?? false, canRedo: history?.canRedo ?? false };
  }

  override render() {
    const template = this.template;
    if (!template) return html`<div class="empty canvas-empty">${this.trouble ? html`<p class="notice notice-error" role="alert">${this.trouble}</p>` : html`<p class="quiet">Fetching the paper…</p>`}</div>`;
    const found = showFound(this.canvas, this.found);
    const { tints, paths } = tintsOf([...this.canvas.questions, ...found.questions]);
    const chosen = questionOf(this.canvas, this.selection)?.id ?? "";
    return html`
      ${renderBar(this.bar, this.acts)}
      <div class="canvas-notices">${this.renderNotices()}</div>
      <div class="canvas">
        <nav class="canvas-tree" aria-label="Questions" @keydown=${walkTree}>
          ${this.canvas.questions.length + found.questions.length ? renderTree(this.canvas.questions, found.questions, template.detection?.total_marks ?? null, tints, chosen, this.acts.choose)
            : renderNoQuestions(this.mayEdit, this.isReading, () => void this.detect())}</nav>
        <section class="canvas-pages" aria-label="Pages: Tab walks the proposals, Enter confirms" tabindex="0" @keydown=${this.pagesKey}>
          <paper-view .canvas=${this.canvas} .found=${found} .selection=${this.selection} .tints=${tints} .paths=${paths} .templateId=${this.templateId}
            .pageCount=${template.page_count ?? 0} .zoom=${this.zoom} .drawing=${this.drawing} .snapping=${this.snapping} .unread=${this.unread} .locked=${!this.mayEdit}
            @choose=${(event: CustomEvent<Selection>) => this.choose(event.detail, true)} @reshape=${({ detail }: CustomEvent<Reshape>) => this.change(reshape(this.canvas, this.selection, detail), detail.gesture)}
            @draw=${(event: CustomEvent<Draw>) => this.addDrawn(event.detail)}></paper-view>
        </section>
        <aside class="canvas-fields" aria-label="Selected"><fieldset class="stack" ?disabled=${!this.mayEdit}>${
          renderSelected(this.canvas, this.selection, paths, template.page_count ?? 0, this.acts) ?? renderNothingChosen(template, this.canvas)}</fieldset></aside>
      </div>`;
  }
}
