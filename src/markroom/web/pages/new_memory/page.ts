/** Writing a memory down, or narrowing a search: the questions to choose from are those of the paper chosen. */
import { ApiError, get } from "../../elements/api.ts";
import { showToast } from "../../elements/toast.ts";

interface Item { id: string; path: string }

const paper = document.querySelector<HTMLSelectElement>("select#template");
const question = document.querySelector<HTMLSelectElement>("select#question");

/** Its first option, which chooses none, stays. */
function offer(items: readonly Item[]): void {
  question?.replaceChildren(...[...question.options].slice(0, 1), ...items.map(({ id, path }) => new Option(path, id)));
}

paper?.addEventListener("change", () => {
  offer([]);
  if (!paper.value) return;
  get<{ questions: Item[] }>(`/memory/questions?template_id=${encodeURIComponent(paper.value)}`)
    .then(({ questions }) => offer(questions))
    .catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      showToast(error.message, "error");
    });
});
