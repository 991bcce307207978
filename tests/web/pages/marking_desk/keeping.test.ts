import assert from "node:assert/strict";
import { test } from "node:test";
import { addKept, bodyOf, decisionOf, subjectOf } from "../../../../src/markroom/web/pages/marking_desk/keeping.ts";

const subject = subjectOf({ script_id: "s1", question_id: "q1" }, "b1", "p1");
const decision = (id: string) => ({ id, kind: "decision", text: id, why: "" });

test("what is kept is linked to its question and to the answer in hand", () => {
  const body = bodyOf(subject, "Accept 9.8 or 10", "decision");
  assert.equal(body.project_id, "p1");
  assert.deepEqual(body.links, { question_id: "q1", script_id: "s1" });
});

test("what was kept last stands first, and once", () => {
  const kept = decisionOf({ id: "b", kind: "comment", text: "b", author: { name: "Teacher 2" } });
  const listed = addKept([decision("a"), decision("b")], kept);
  assert.deepEqual(listed.map((one) => [one.id, one.kept ?? false, one.author_name]), [["b", true, "Teacher 2"], ["a", false, undefined]]);
});
