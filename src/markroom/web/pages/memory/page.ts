/** The memory of a project: another one is shown as soon as it is chosen. */
import "../new_memory/page.ts";

document.addEventListener("change", (event) => {
  const choice = (event.target as Element).closest<HTMLSelectElement>("select[data-send]");
  choice?.form?.requestSubmit();
});
