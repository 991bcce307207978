/** The panel beside the answer: question, scheme points, the mark, comment, tools and what is on its way. */
import { html, nothing } from "lit";
import type { ClaimedItem, SchemePoint } from "../../elements/shapes.ts";
import type { Tool } from "./annotations.ts";
import type { Claims, Sheet } from "./claims.ts";
import type { Command } from "./keys.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { mcqOptions, marksOfPoints, schemeNotes, schemePoints } from "./scheme.ts";
import { sayMarks, showMarks, typedMarks } from "./typing.ts";

export interface Acts {
  run: (command: Command) => void;
  give: (marks: number) => void;
  tool: (tool: Tool) => void;
  settle: (outgoing: Outgoing, choice: "drop" | "send") => void;
}

const TOOLS: [Tool, string][] = [["ink", "Ink"], ["tick", "Tick"], ["cross", "Cross"], ["text", "Words"], ["erase", "Rub out"]];

/** What stands in the big place: what is being typed, what the chosen points add up to, or the mark given. */
export function shownMark(sheet: Sheet, points: SchemePoint[]): { text: string; note: string } {
  const { draft, entry, claim } = sheet;
  const typed = typedMarks(draft.typing);
  if (typed !== null) return { text: showMarks(typed), note: draft.typing.digits === "" ? "½ and the digit that goes with it" : "Enter to give it" };
  const changed = draft.points.join() !== (entry?.points ?? []).join();
  const proposed = marksOfPoints(points, draft.points, claim.item.max_marks);
  if (changed && proposed !== null) return { text: showMarks(proposed), note: "From the points chosen: Enter to give it" };
  if (!entry) return { text: "–", note: "Not marked yet" };
  if (entry.state === "not_attempted") return { text: "NA", note: "Not attempted" };
  if (entry.state === "query") return { text: "?", note: "Query for a colleague" };
  return { text: entry.marks === null ? "–" : showMarks(entry.marks), note: entry.source === "machine" || entry.source === "auto" ? "Marked by the machine" : "Given" };
}

function renderPoint(point: SchemePoint, index: number, chosen: boolean, acts: Acts) {
  const more = [...(point.alternatives ?? []).map((text) => `or ${text}`), ...(point.accept ?? []).map((text) => `accept ${text}`),
    ...(point.reject ?? []).map((text) => `do not accept ${text}`)];
  return html`<li><button type="button" class="point" aria-pressed=${chosen} @click=${() => acts.run({ do: "point", index })}>
    <span class="point-code">${point.code || index + 1}</span>
    <span>${point.text}${more.length ? html`<span class="quiet small point-more">${more.join("; ")}</span>` : nothing}</span>
    <span class="number">${typeof point.marks === "number" ? showMarks(point.marks) : ""}</span>
  </button></li>`;
}

export function renderScheme(sheet: Sheet, acts: Acts) {
  const { item } = sheet.claim;
  const points = schemePoints(item);
  const notes = schemeNotes(item);
  return html`<section class="desk-scheme" aria-label="Mark scheme" tabindex="0">
    ${item.is_blank ? html`<p class="small quiet">This answer looks blank.</p>` : nothing}
    ${renderReading(item)}
    ${points.length ? html`<ul class="points">${points.map((point, index) => renderPoint(point, index, sheet.draft.points.includes(index), acts))}</ul>`
      : notes ? nothing : html`<p class="quiet small">No mark scheme for this question.</p>`}
    ${notes ? html`<p class="scheme-text">${notes}</p>` : nothing}
  </section>`;
}

function renderReading(item: ClaimedItem) {
  const { reading } = item;
  if (item.answer_type !== "mcq" || !reading) return nothing;
  const { choice } = reading;
  const sure = typeof reading.confidence === "number" ? ` (${Math.round(reading.confidence * 100)} % sure)` : "";
  const options = mcqOptions(item);
  return html`<div class="reading">
    <span class="small">${choice ? `The machine read ${choice}${sure}` : "The machine could not read the choice"}</span>
    ${options.length ? html`<span class="row" aria-hidden="true">${options.map((option) =>
      html`<span class="chip ${option === choice ? "chip-action" : ""}">${option}</span>`)}</span>` : nothing}
  </div>`;
}

export function renderMarks(sheet: Sheet, refused: string, acts: Acts) {
  const { max_marks, allow_half_marks: halves } = sheet.claim.item;
  const shown = shownMark(sheet, schemePoints(sheet.claim.item));
  const given = sheet.entry?.state === "awarded" ? sheet.entry.marks : null;
  const whole = Array.from({ length: Math.floor(max_marks) + 1 }, (_, marks) => marks);
  return html`<section class="desk-mark" aria-label="Mark">
    <div class="mark-shown">
      <output class="mark" aria-live="polite">${shown.text}</output>
      <span class="quiet">out of ${showMarks(max_marks)}</span>
      <span class="small mark-note ${refused ? "refused" : "quiet"}" role="status">${refused || shown.note}</span>
    </div>
    <div class="mark-buttons" role="group" aria-label="Give a mark">
      ${whole.map((marks) => html`<button type="button" class="button mark-button" aria-pressed=${given === marks}
        aria-label=${sayMarks(marks)} @click=${() => acts.give(marks + (halves && sheet.draft.typing.half && marks < max_marks ? 0.5 : 0))}>${marks}</button>`)}
      ${halves ? html`<button type="button" class="button mark-button" aria-pressed=${sheet.draft.typing.half} aria-label="And a half"
        @click=${() => acts.run({ do: "half" })}>½</button>` : nothing}
    </div>
    <div class="desk-row">
      ${button("Not attempted", "not_attempted", "N", acts, sheet.entry?.state === "not_attempted")}
      ${button("Query", "query", "Q", acts, sheet.entry?.state === "query")}
    </div>
    <div class="desk-row">
      ${button("Back", "back", "←", acts)}
      ${button("Undo", "undo", "U", acts)}
      ${button("Next", "enter", "Enter", acts)}
    </div>
  </section>`;
}

function button(label: string, does: Exclude<Command["do"], "digit" | "point">, key: string, acts: Acts, pressed?: boolean) {
  return html`<button type="button" class="button" aria-keyshortcuts=${key === "←" ? "ArrowLeft" : key} aria-pressed=${pressed ?? nothing}
    @click=${() => acts.run({ do: does })}>${label} <kbd aria-hidden="true">${key}</kbd></button>`;
}

export function renderTools(tool: Tool, zoom: number, wholePage: boolean, acts: Acts) {
  return html`<div class="desk-tools" role="toolbar" aria-label="Look and draw">
    <button type="button" class="button button-small" aria-pressed=${zoom > 0} @click=${() => acts.run({ do: "zoom" })}>Zoom <kbd aria-hidden="true">Z</kbd></button>
    <button type="button" class="button button-small" aria-pressed=${wholePage} @click=${() => acts.run({ do: "page" })}>Page <kbd aria-hidden="true">P</kbd></button>
    <span class="tool-gap"></span>
    ${TOOLS.map(([name, label]) => html`<button type="button" class="button button-small" aria-pressed=${tool === name}
      @click=${() => acts.tool(tool === name ? "none" : name)}>${label}${name === "ink" ? html` <kbd aria-hidden="true">I</kbd>` : nothing}</button>`)}
  </div>`;
}

export function renderEmpty({ trouble, finished }: Claims, backUrl: string) {
  if (finished) return html`<div class="empty"><h2>Nothing left to mark here</h2>
    <p class="quiet">Every answer that has come in is marked or with a colleague.</p><a class="button button-primary" href=${backUrl}>Back to marking</a></div>`;
  return html`<div class="empty"><p class="quiet" role="status">${trouble || "Fetching the next answer…"}</p></div>`;
}

export function saySending(outbox: Outbox | null, markedHere: number): string {
  const count = outbox?.unsent.length ?? 0;
  if (outbox?.stopped) return `${count === 1 ? "1 mark is" : `${count} marks are`} kept on this device and will be sent when the connection is back.`;
  return count > 0 ? "Saving…" : markedHere > 0 ? "All marks saved." : "";
}

function sayBody(outgoing: Outgoing): string {
  const { state, marks } = outgoing.body;
  return state === "query" ? "a query" : state === "not_attempted" ? "not attempted" : sayMarks(marks ?? 0);
}

export function renderTroubles(troubled: Outgoing[], acts: Acts) {
  return troubled.map((outgoing) => {
    const { status, detail, current } = outgoing.trouble ?? { status: 0, detail: "", current: null };
    const theirs = current ? (current.state === "awarded" ? sayMarks(current.marks ?? 0) : current.state.replace("_", " ")) : "";
    return html`<div class="notice notice-error desk-trouble" role="alert">
      <p><strong>Question ${outgoing.path}</strong>: your entry (${sayBody(outgoing)}) is not saved.
        ${status === 412 ? `A colleague gave ${theirs || "another mark"} meanwhile.` : status === 409 ? `Another marker has this answer now. ${detail}` : detail}</p>
      <div class="row">
        ${status === 412 && current ? html`<button type="button" class="button button-small" @click=${() => acts.settle(outgoing, "send")}>Save mine</button>` : nothing}
        <button type="button" class="button button-small" @click=${() => acts.settle(outgoing, "drop")}>${status === 412 ? "Keep theirs" : "Let mine go"}</button>
      </div>
    </div>`;
  });
}
