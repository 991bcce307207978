/** The left side of the canvas: the question tree with marks, and the running total against the printed one. */
import { html, nothing } from "lit";
import type { Selection } from "./canvas.ts";
import { disagreement, flatten, totalMarks, treeOf, type Branch } from "./tree.ts";
import type { Question } from "../../elements/shapes.ts";

/** The tree is one stop of Tab: arrows go through it. */
export function walkTree(event: KeyboardEvent): void {
  const branches = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".branch")];
  const at = branches.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: branches.length - 1 }[event.key];
  if (to === undefined || !branches[to]) return;
  branches[to].focus();
  event.preventDefault();
}

/** What is only found so far looks so, and is shown on its page when it is chosen. */
function renderBranch(branch: Branch, tint: number, chosen: boolean, isStop: boolean, isFound: boolean, choose: (selection: Selection) => void) {
  const { question, depth, path } = branch;
  const wrong = disagreement(branch);
  return html`<li><button type="button" class="branch" data-depth=${Math.min(depth, 3)} ?data-found=${isFound} aria-current=${chosen ? "true" : nothing} tabindex=${isStop ? 0 : -1}
    @click=${() => choose({ kind: "question", id: question.id })}>
    <span class="branch-tint" data-tint=${tint} ?data-open=${!question.confirmed}></span>
    <span>${path}${question.confirmed ? nothing : html`<span class="unseen">, ${isFound ? "found so far" : "not confirmed"}</span>`}</span>
    <span class="number ${wrong ? "refused" : ""}">${question.max_marks ?? ""}</span>
  </button>${wrong ? html`<p class="small refused branch-wrong">${wrong}</p>` : nothing}</li>`;
}

export function renderTree(
  questions: readonly Question[], found: readonly Question[], printed: number | null, tints: ReadonlyMap<string, number>, chosenId: string, choose: (selection: Selection) => void,
) {
  const all = [...questions, ...found];
  const branches = flatten(treeOf(all));
  const stop = branches.find((one) => one.question.id === chosenId) ?? branches[0];
  const total = totalMarks(all);
  const agrees = printed === null || printed === total || found.length > 0;
  const words = found.length ? "marks so far" : printed === null ? "marks in all" : agrees ? "marks, as printed" : `marks; the paper says ${printed}`;
  return html`
    <div class="tree-total" role="status">
      <span class="mark">${total}</span>
      <span class="small ${agrees ? "quiet" : "refused"}">${words}</span>
    </div>
    <ul class="tree">${branches.map((branch) => renderBranch(branch, tints.get(branch.question.id) ?? 0, branch.question.id === chosenId, branch === stop, found.includes(branch.question), choose))}</ul>`;
}

/** Parts wear the colour of the question they belong to. */
export function tintsOf(questions: readonly Question[]): { tints: Map<string, number>; paths: Map<string, string> } {
  const tints = new Map<string, number>();
  const paths = new Map<string, string>();
  treeOf(questions).forEach((top, index) => {
    for (const branch of flatten([top])) {
      tints.set(branch.question.id, index % 6);
      paths.set(branch.question.id, branch.path);
    }
  });
  return { tints, paths };
}
