/** Writing a memory down: the questions to choose from are those of the paper chosen. */
import { ApiError, get } from "../../elements/api.ts";

interface Item { id: string; path: string }

const paper = document.querySelector<HTMLSelectElement>("select#template");
const question = document.querySelector<HTMLSelectElement>("select#question");

function offer(first: string, items: readonly Item[]): void {
  question?.replaceChildren(new Option(first, ""), ...items.map(({ id, path }) => new Option(path, id)));
}

paper?.addEventListener("change", () => {
  if (!paper.value) { offer("Choose the paper first", []); return; }
  get<{ questions: Item[] }>(`/memory/questions?template_id=${encodeURIComponent(paper.value)}`)
    .then(({ questions }) => offer("The whole paper", questions))
    .catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      offer(error.message, []);
    });
});
