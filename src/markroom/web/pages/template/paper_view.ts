/** `<paper-view>`: the pages of a paper with areas and cut lines on them; fires `choose`, `reshape` and `draw`. */
import { html, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { LightElement } from "../../elements/light_element.ts";
import type { Bounds, Boundary, ResponseArea } from "../../elements/shapes.ts";
import type { Canvas, Selection } from "./canvas.ts";

type Corner = "nw" | "ne" | "sw" | "se";
type Grip = "move" | Corner;
export interface Reshape { kind: "area" | "boundary"; id: string; bounds: Bounds | null; y: number; gesture: string }
export interface Draw { page: number; bounds: Bounds }

interface Drag { grip: Grip; kind: "area" | "boundary" | "draw"; id: string; page: number; from: Bounds; x: number; y: number; gesture: string }

const CORNERS: Corner[] = ["nw", "ne", "sw", "se"];
const WIDTHS = [900, 1240, 1860, 2480];
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
  @property({ attribute: false }) selection: Selection = null;
  @property({ attribute: false }) tints = new Map<string, number>();
  @property({ attribute: false }) paths = new Map<string, string>();
  @property() templateId = "";
  @property({ type: Number }) pageCount = 0;
  @property({ type: Number }) zoom = 1;
  @property({ type: Boolean }) drawing = false;
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
    this.tell<Selection>("choose", { kind, id });
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
    const at = this.fractionAt(event, drag.page);
    const bounds = dragged(drag.from, drag.grip, at.x - drag.x, at.y - drag.y);
    if (drag.kind === "draw") { this.sketch = { page: drag.page, bounds, gesture: drag.gesture }; return; }
    this.tell<Reshape>("reshape", { kind: drag.kind, id: drag.id, bounds: drag.kind === "area" ? bounds : null, y: bounds.y, gesture: drag.gesture });
  }

  private release(): void {
    const sketch = this.sketch;
    this.drag = null;
    this.sketch = null;
    if (sketch && sketch.bounds.w > 0.01 && sketch.bounds.h > 0.005) this.tell<Draw>("draw", { page: sketch.page, bounds: sketch.bounds });
  }

  private renderArea(area: ResponseArea) {
    const { x, y, w, h } = area.bounds;
    const chosen = this.selection?.kind === "area" && this.selection.id === area.id;
    const tint = area.question_id ? (this.tints.get(area.question_id) ?? 0) : "none";
    const words = area.question_id ? (this.paths.get(area.question_id) ?? "") : area.kind.replace("_", " ");
    return svg`<g class="area" data-tint=${tint} ?data-open=${!area.confirmed} ?data-chosen=${chosen}>
      <rect data-part=${area.id} x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)}
        @pointerdown=${(event: PointerEvent) => this.grasp(event, "area", area.id, area.page, area.bounds, "move")}></rect>
      <text x=${percent(x)} y=${percent(y)} dx="6" dy="16">${words}</text>
      ${chosen && !this.locked ? CORNERS.map((corner) => this.renderCorner(area, corner)) : nothing}
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

  private renderPage(page: number) {
    const areas = this.canvas.areas.filter((one) => one.page === page);
    const boundaries = this.canvas.boundaries.filter((one) => one.page === page);
    const sketch = this.sketch?.page === page ? this.sketch.bounds : null;
    const width = WIDTHS[this.zoom] ?? 1240;
    return html`<figure class="paper" data-page=${page} @pointerdown=${(event: PointerEvent) => this.pressPaper(event, page)}
      @pointermove=${this.move} @pointerup=${this.release} @pointercancel=${this.release}>
      <img src="/api/exam/templates/${this.templateId}/pages/${page}/image?width=${width}" alt="Page ${page} of the paper" loading="lazy" draggable="false">
      <svg aria-hidden="true">
        ${boundaries.map((one) => this.renderBoundary(one))}
        ${areas.map((one) => this.renderArea(one))}
        ${sketch ? svg`<rect class="sketch" x=${percent(sketch.x)} y=${percent(sketch.y)} width=${percent(sketch.w)} height=${percent(sketch.h)}></rect>` : nothing}
      </svg>
      <figcaption class="small quiet">${page}</figcaption>
    </figure>`;
  }

  override render() {
    return html`<div class="papers" data-zoom=${this.zoom} ?data-drawing=${this.drawing}>
      ${Array.from({ length: this.pageCount }, (_, index) => this.renderPage(index + 1))}</div>`;
  }
}
