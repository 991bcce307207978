/** `<paper-view>`: the pages of a paper with areas and cut lines on them; fires `choose`, `reshape` and `draw`. */
import { html, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { LightElement } from "../../elements/light_element.ts";
import type { AreaKind, Bounds, Boundary, ResponseArea } from "../../elements/shapes.ts";
import { chosenAreas, insidePage, toggleArea, type Canvas, type Selection } from "./canvas.ts";
import { pictureOf, snapBounds, snapCut, snapEdge } from "./snap.ts";

type Corner = "nw" | "ne" | "sw" | "se";
type Grip = "move" | Corner;
export interface Reshape { kind: "area" | "boundary"; id: string; bounds: Bounds | null; y: number; gesture: string }
export interface Draw { page: number; bounds: Bounds }

interface Drag { grip: Grip; kind: "area" | "boundary" | "draw"; id: string; page: number; from: Bounds; x: number; y: number; gesture: string }

const CORNERS: Corner[] = ["nw", "ne", "sw", "se"];
/** Widths of a page on screen, in CSS pixels; the picture is fetched as sharp as the screen can show it. */
export const ZOOMS = [600, 900, 1240, 1700, 2400];
/** What stands on an area that belongs to no question. */
const LABELS: Record<AreaKind, string> = { answer: "no question", mcq: "no question", name: "name", candidate_number: "number", ignore: "not marked" };
const percent = (fraction: number) => `${(fraction * 100).toFixed(3)}%`;
let gestures = 0;

/** Bounds after dragging one grip by a fraction of the page; a corner never passes its opposite. */
export function dragged({ x, y, w, h }: Bounds, grip: Grip, dx: number, dy: number): Bounds {
  if (grip === "move") return { x: x + dx, y: y + dy, w, h };
  const left = grip === "nw" || grip === "sw" ? Math.min(Math.max(0, x + dx), x + w) : x;
  const top = grip === "nw" || grip === "ne" ? Math.min(Math.max(0, y + dy), y + h) : y;
  const right = grip === "ne" || grip === "se" ? Math.max(Math.min(1, x + w + dx), x) : x + w;
  const bottom = grip === "sw" || grip === "se" ? Math.max(Math.min(1, y + h + dy), y) : y + h;
  return { x: left, y: top, w: right - left, h: bottom - top };
}

@customElement("paper-view")
export class PaperView extends LightElement {
  @property({ attribute: false }) canvas!: Canvas;
  /** Found so far by a reading that goes on: shown, and not to be touched. */
  @property({ attribute: false }) found: Canvas = { questions: [], areas: [], boundaries: [] };
  /** The pages that are still to be read. */
  @property({ attribute: false }) unread: ReadonlySet<number> = new Set();
  @property({ attribute: false }) selection: Selection = null;
  @property({ attribute: false }) tints = new Map<string, number>();
  @property({ attribute: false }) paths = new Map<string, string>();
  @property() templateId = "";
  @property({ type: Number }) pageCount = 0;
  @property({ type: Number }) zoom = 1;
  @property({ type: Boolean }) drawing = false;
  @property({ type: Boolean }) snapping = true;
  @property({ type: Boolean }) locked = false;
  @state() private sketch: (Draw & { gesture: string }) | null = null;
  private drag: Drag | null = null;

  /** The page whose middle is nearest to the middle of the window. */
  get pageInView(): number {
    const middle = window.innerHeight / 2;
    const near = [...this.querySelectorAll<HTMLElement>(".paper")].map((paper) => {
      const box = paper.getBoundingClientRect();
      return { page: Number(paper.dataset["page"]), away: Math.abs((box.top + box.bottom) / 2 - middle) };
    });
    return near.sort((a, b) => a.away - b.away)[0]?.page ?? 1;
  }

  showPart(id: string): void {
    const part = this.querySelector(`[data-part="${id}"]`);
    const box = part?.getBoundingClientRect();
    const frame = this.closest(".canvas-pages")?.getBoundingClientRect();
    if (!box || !frame || (box.top >= frame.top + 24 && box.bottom <= frame.bottom - 24)) return;
    part?.scrollIntoView({ block: "center", inline: "nearest" });
  }

  private fractionAt(event: PointerEvent, page: number): { x: number; y: number } {
    const box = this.querySelector(`.paper[data-page="${page}"] svg`)?.getBoundingClientRect();
    return box ? { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height } : { x: 0, y: 0 };
  }

  private tell<T>(name: string, detail: T): void { this.dispatchEvent(new CustomEvent<T>(name, { detail })); }

  private grasp(event: PointerEvent, kind: "area" | "boundary", id: string, page: number, from: Bounds, grip: Grip): void {
    if (event.button !== 0 || this.drawing) return;
    event.stopPropagation();
    if (kind === "area" && (event.shiftKey || event.ctrlKey || event.metaKey)) { this.tell<Selection>("choose", toggleArea(this.selection, id)); return; }
    if (grip !== "move" || !chosenAreas(this.selection).includes(id)) this.tell<Selection>("choose", { kind, id });
    if (this.locked) return;
    this.begin(event, { grip, kind, id, page, from });
  }

  private begin(event: PointerEvent, drag: Pick<Drag, "grip" | "kind" | "id" | "page" | "from">): void {
    const paper = (event.target as Element).closest(".paper");
    paper?.setPointerCapture(event.pointerId);
    this.drag = { ...drag, ...this.fractionAt(event, drag.page), gesture: `drag ${(gestures += 1)}` };
  }

  private pressPaper(event: PointerEvent, page: number): void {
    if (event.button !== 0) return;
    if (!this.drawing) { this.tell<Selection>("choose", null); return; }
    const { x, y } = this.fractionAt(event, page);
    this.begin(event, { grip: "se", kind: "draw", id: "", page, from: { x, y, w: 0, h: 0 } });
  }

  private move(event: PointerEvent): void {
    const drag = this.drag;
    if (!drag) return;
    const bounds = this.boundsAt(event, drag);
    if (drag.kind === "draw") this.sketch = { page: drag.page, bounds, gesture: drag.gesture };
    else this.tellReshape(drag, bounds);
  }

  private boundsAt(event: PointerEvent, drag: Drag): Bounds {
    const at = this.fractionAt(event, drag.page);
    return dragged(drag.from, drag.grip, at.x - drag.x, at.y - drag.y);
  }

  private tellReshape(drag: Drag, bounds: Bounds): void {
    this.tell<Reshape>("reshape", { kind: drag.kind === "area" ? "area" : "boundary", id: drag.id, bounds: drag.kind === "area" ? bounds : null, y: bounds.y, gesture: drag.gesture });
  }

  /** What was dragged comes to rest on what is printed, unless Alt is held. */
  private release(event: PointerEvent): void {
    const { drag, sketch } = this;
    this.drag = null;
    this.sketch = null;
    const free = !this.snapping || event.altKey;
    if (sketch && sketch.bounds.w > 0.01 && sketch.bounds.h > 0.005) {
      this.tell<Draw>("draw", { page: sketch.page, bounds: free ? sketch.bounds : this.snapped(sketch.page, sketch.bounds) });
    }
    if (!drag || drag.kind === "draw" || free || event.type === "pointercancel") return;
    const bounds = this.boundsAt(event, drag);
    const hasMoved = Math.abs(bounds.x - drag.from.x) + Math.abs(bounds.y - drag.from.y) + Math.abs(bounds.w - drag.from.w) + Math.abs(bounds.h - drag.from.h) > 0.0005;
    if (hasMoved) this.tellReshape(drag, this.atRest(drag, bounds));
  }

  private atRest({ kind, grip, page }: Drag, bounds: Bounds): Bounds {
    if (kind === "boundary") return { ...bounds, y: this.snappedCut(page, bounds.y) };
    if (grip !== "move") return this.snapped(page, bounds);
    const picture = this.picture(page);
    return picture ? { ...bounds, y: snapEdge(picture, "row", bounds.y, bounds.x, bounds.x + bounds.w) } : bounds;
  }

  private picture(page: number) { return pictureOf(this.querySelector<HTMLImageElement>(`.paper[data-page="${page}"] img`)); }

  snapped(page: number, bounds: Bounds): Bounds {
    const picture = this.picture(page);
    return picture ? snapBounds(picture, insidePage(bounds)) : bounds;
  }

  snappedCut(page: number, y: number): number {
    const picture = this.picture(page);
    return picture ? snapCut(picture, y) : y;
  }

  private renderArea(area: ResponseArea) {
    const { x, y, w, h } = area.bounds;
    const chosen = chosenAreas(this.selection).includes(area.id);
    const alone = chosen && !this.selection?.more?.length;
    const words = area.question_id ? (this.paths.get(area.question_id) ?? "") : LABELS[area.kind];
    return svg`<g class="area" data-tint=${this.tintOf(area)} ?data-open=${!area.confirmed} ?data-chosen=${chosen}>
      <rect data-part=${area.id} x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)}
        @pointerdown=${(event: PointerEvent) => this.grasp(event, "area", area.id, area.page, area.bounds, "move")}></rect>
      <svg x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)}><text dx="0.5em" dy="1.3em">${words}</text></svg>
      ${alone && !this.locked ? CORNERS.map((corner) => this.renderCorner(area, corner)) : nothing}
    </g>`;
  }

  private renderCorner(area: ResponseArea, corner: Corner) {
    const { x, y, w, h } = area.bounds;
    const [left, top] = [x + (corner.endsWith("e") ? w : 0), y + (corner.startsWith("s") ? h : 0)];
    return svg`<circle class="corner corner-${corner}" cx=${percent(left)} cy=${percent(top)} r="6"
      @pointerdown=${(event: PointerEvent) => this.grasp(event, "area", area.id, area.page, area.bounds, corner)}></circle>`;
  }

  private renderBoundary(boundary: Boundary) {
    const chosen = this.selection?.kind === "boundary" && this.selection.id === boundary.id;
    const at = percent(boundary.y);
    const from: Bounds = { x: 0, y: boundary.y, w: 1, h: 0 };
    const grasp = (event: PointerEvent) => this.grasp(event, "boundary", boundary.id, boundary.page, from, "move");
    return svg`<g class="boundary" data-tint=${this.tints.get(boundary.question_id) ?? 0} ?data-open=${!boundary.confirmed} ?data-chosen=${chosen}>
      <line x1="0" x2="100%" y1=${at} y2=${at}></line>
      <line class="boundary-grip" data-part=${boundary.id} x1="0" x2="100%" y1=${at} y2=${at} @pointerdown=${grasp}></line>
      <text x="100%" y=${at} dx="-6" dy="-4" text-anchor="end">${this.paths.get(boundary.question_id) ?? boundary.label}</text>
    </g>`;
  }

  private renderFound(page: number) {
    const { areas, boundaries } = this.found;
    return svg`<g class="found">
      ${boundaries.filter((one) => one.page === page).map((one) => svg`<g class="boundary" data-tint=${this.tints.get(one.question_id) ?? 0} data-open>
        <line data-part=${one.id} x1="0" x2="100%" y1=${percent(one.y)} y2=${percent(one.y)}></line>
        <text x="100%" y=${percent(one.y)} dx="-6" dy="-4" text-anchor="end">${this.paths.get(one.question_id) ?? one.label}</text></g>`)}
      ${areas.filter((one) => one.page === page).map(({ bounds: { x, y, w, h }, ...one }) => svg`<g class="area" data-tint=${this.tintOf(one)} data-open>
        <rect data-part=${one.id} x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)}></rect></g>`)}
    </g>`;
  }

  private tintOf({ question_id }: Pick<ResponseArea, "question_id">) { return question_id ? (this.tints.get(question_id) ?? 0) : "none"; }

  private renderPage(page: number) {
    const areas = this.canvas.areas.filter((one) => one.page === page);
    const boundaries = this.canvas.boundaries.filter((one) => one.page === page);
    const sketch = this.sketch?.page === page ? this.sketch.bounds : null;
    const width = Math.ceil((ZOOMS[this.zoom] ?? 900) * window.devicePixelRatio);
    const waits = this.unread.has(page);
    return html`<figure class="paper" data-page=${page} ?data-waits=${waits} @pointerdown=${(event: PointerEvent) => this.pressPaper(event, page)}
      @pointermove=${this.move} @pointerup=${this.release} @pointercancel=${this.release}>
      <img src="/api/exam/templates/${this.templateId}/pages/${page}/image?width=${width}" alt="Page ${page} of the paper" loading="lazy" draggable="false">
      <svg aria-hidden="true">
        ${this.renderFound(page)}
        ${boundaries.map((one) => this.renderBoundary(one))}
        ${areas.map((one) => this.renderArea(one))}
        ${sketch ? svg`<rect class="sketch" x=${percent(sketch.x)} y=${percent(sketch.y)} width=${percent(sketch.w)} height=${percent(sketch.h)}></rect>` : nothing}
      </svg>
      <figcaption class="small quiet">${page}</figcaption>
      ${waits ? html`<span class="paper-waits small">Not read yet</span>` : nothing}
    </figure>`;
  }

  override render() {
    return html`<div class="papers" data-zoom=${this.zoom} ?data-drawing=${this.drawing}>
      ${Array.from({ length: this.pageCount }, (_, index) => this.renderPage(index + 1))}</div>`;
  }
}
