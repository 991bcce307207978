/** `<answer-view>`: the crops of one answer with what the marker drew on them; fires `annotate` with the new list. */
import { html, nothing, svg, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { LightElement } from "../../elements/light_element.ts";
import type { Annotation, AnswerCrop, InkStroke } from "../../elements/shapes.ts";
import { fractionOf, inkPath, placeMark, stampPath, withoutAnnotation, type InkPoint, type Size, type Tool } from "./annotations.ts";

@customElement("answer-view")
export class AnswerView extends LightElement {
  @property({ attribute: false }) areas: AnswerCrop[] = [];
  @property({ attribute: false }) annotations: readonly Annotation[] = [];
  @property() tool: Tool = "none";
  @property() words = "";
  @property({ type: Number }) zoom = 0;
  /** The script whose whole pages are shown instead of the crops; empty for the crops. */
  @property() pagesOf = "";
  @state() private sizes: Record<string, Size> = {};
  @state() private stroke: InkStroke | null = null;
  @state() private cursor: { area: number; x: number; y: number } | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("areas") || changed.has("tool")) this.stroke = null;
    if (changed.has("tool") || changed.has("areas"))
      this.cursor = ["tick", "cross", "text"].includes(this.tool) ? { area: 0, x: 0.5, y: 0.5 } : null;
  }

  /** Every crop; of whole pages each one once. */
  private get shown(): AnswerCrop[] {
    const { areas } = this;
    return this.pagesOf ? areas.filter((crop, index) => areas.findIndex((one) => one.page === crop.page) === index) : areas;
  }

  /** Arrows move the cursor, Enter puts the mark there: drawing without a pointer. True where the key was used. */
  pressKey(key: string): boolean {
    if (!this.cursor) return false;
    const step = 0.02;
    const moves: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[key];
    if (move) {
      const { x, y } = fractionOf(this.cursor.x + move[0], this.cursor.y + move[1], { w: 1, h: 1 });
      this.cursor = { ...this.cursor, x, y };
      return true;
    }
    if (key !== "Enter") return false;
    this.place(this.cursor.area, this.cursor.x, this.cursor.y);
    return true;
  }

  private tell(annotations: Annotation[]): void {
    this.dispatchEvent(new CustomEvent<Annotation[]>("annotate", { detail: annotations }));
  }

  private place(area: number, x: number, y: number): void {
    const mark = placeMark(this.tool, area, x, y, this.words);
    if (mark) this.tell([...this.annotations, mark]);
  }

  private pointOf(event: PointerEvent): InkPoint {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const { x, y } = fractionOf(event.clientX - box.left, event.clientY - box.top, { w: box.width, h: box.height });
    return [x, y, event.pressure || 0.5];
  }

  private pressed(event: PointerEvent, area: number): void {
    const draws = this.tool === "ink" || (this.tool === "none" && event.pointerType === "pen");
    if (event.button !== 0 || (!draws && this.tool === "none")) return;
    event.preventDefault();
    const point = this.pointOf(event);
    if (!draws) { if (this.tool !== "erase") this.place(area, point[0], point[1]); return; }
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.stroke = { kind: "ink", area, points: [point] };
  }

  private moved(event: PointerEvent): void {
    if (!this.stroke) return;
    this.stroke = { ...this.stroke, points: [...this.stroke.points, this.pointOf(event)] };
  }

  private lifted(): void {
    if (this.stroke && this.stroke.points.length > 1) this.tell([...this.annotations, this.stroke]);
    this.stroke = null;
  }

  private sized(url: string, picture: HTMLImageElement): void {
    this.sizes = { ...this.sizes, [url]: { w: picture.naturalWidth, h: picture.naturalHeight } };
  }

  private drawMark(mark: Annotation, index: number, size: Size) {
    const erase = () => { if (this.tool === "erase") this.tell(withoutAnnotation(this.annotations, index)); };
    if (mark.kind === "ink") return svg`<path class="ink" d=${inkPath(mark, size)} @pointerdown=${erase}></path>`;
    if (mark.kind === "text")
      return svg`<text class="words" x=${mark.x * size.w} y=${mark.y * size.h} font-size=${Math.max(14, size.w / 45)} @pointerdown=${erase}>${mark.text}</text>`;
    return svg`<path class="stamp" stroke-width=${Math.max(3, size.w / 300)} d=${stampPath(mark.kind, mark.x, mark.y, size)} @pointerdown=${erase}></path>`;
  }

  private drawCursor(area: number, size: Size) {
    if (this.cursor?.area !== area) return nothing;
    const { x, y } = this.cursor;
    return svg`<circle class="cursor" cx=${x * size.w} cy=${y * size.h} r=${Math.max(8, size.w / 80)}></circle>`;
  }

  private renderCrop(crop: AnswerCrop, area: number) {
    const url = this.pagesOf ? `/api/scripts/${this.pagesOf}/pages/${crop.page}/image?width=1600` : crop.image_url;
    const size = this.sizes[url];
    const marks = this.pagesOf ? [] : this.annotations.map((mark, index) => ({ mark, index })).filter(({ mark }) => mark.area === area);
    return html`<figure class="crop">
      <img src=${url} alt="Answer, page ${crop.page}" @load=${(event: Event) => this.sized(url, event.currentTarget as HTMLImageElement)}>
      ${size && !this.pagesOf ? html`<svg viewBox="0 0 ${size.w} ${size.h}" aria-hidden="true"
        @pointerdown=${(event: PointerEvent) => this.pressed(event, area)} @pointermove=${this.moved}
        @pointerup=${this.lifted} @pointercancel=${this.lifted}>
        ${marks.map(({ mark, index }) => this.drawMark(mark, index, size))}
        ${this.stroke?.area === area ? this.drawMark(this.stroke, -1, size) : nothing}
        ${this.drawCursor(area, size)}
      </svg>` : nothing}
    </figure>`;
  }

  override render() {
    return html`<div class="crops" data-tool=${this.tool} data-zoom=${this.zoom}>${this.shown.map((crop) => this.renderCrop(crop, this.areas.indexOf(crop)))}</div>`;
  }
}
