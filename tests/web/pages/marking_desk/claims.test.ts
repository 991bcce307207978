import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as settle } from "node:timers/promises";
import { Claims } from "../../../../src/markroom/web/pages/marking_desk/claims.ts";

/** A server that answers the requests for claims in the order they came, each when told. */
function desk(): { claims: Claims; answer: (script: string | null) => Promise<void>; asked: () => number } {
  const waiting: ((answer: Response) => void)[] = [];
  let asked = 0;
  Object.assign(globalThis, {
    document: { querySelector: () => null },
    fetch: () => { asked += 1; return new Promise<Response>((resolve) => waiting.push(resolve)); },
  });
  const answer = async (script: string | null): Promise<void> => {
    const claim = { claim_id: script, item: { script_id: script, question_id: "q", areas: [], version: 0, entry: null } };
    waiting.shift()?.(script === null ? new Response(null, { status: 204 }) : Response.json(claim));
    await settle();
  };
  return { claims: new Claims("b", "", () => undefined), answer, asked: () => asked };
}

const scripts = (claims: Claims): string[] => claims.sheets.map((sheet) => sheet.key.split("/")[0] ?? "");

test("answers are fetched until two lie ready", async () => {
  const { claims, answer, asked } = desk();
  claims.fill(0);
  for (const script of ["1", "2", "3"]) await answer(script);
  assert.deepEqual([scripts(claims), asked()], [["1", "2", "3"], 3]);
});

test("a mark that arrives while the next answer is asked for has it asked for again (K-02)", async () => {
  const { claims, answer, asked } = desk();
  claims.fill(0);
  await answer("1");
  claims.fill(1); // the mark is given, and on its way
  claims.fill(1); // it has arrived
  await answer("1"); // what the server said before that
  assert.equal(asked(), 3);
  await answer("2");
  assert.deepEqual(scripts(claims), ["1", "2"]);
});

test("a look that finds enough answers ready does not end the looking (K-02)", async () => {
  const { claims, answer } = desk();
  claims.fill(0);
  for (const script of ["1", "2", "3"]) await answer(script);
  claims.fill(0); // a mark has arrived after the next answers came
  claims.fill(1);
  await answer("4");
  assert.deepEqual(scripts(claims), ["1", "2", "3", "4"]);
});

test("a claim that is here already is not asked for over and over", async () => {
  const { claims, answer, asked } = desk();
  claims.fill(0);
  for (const script of ["1", "1"]) await answer(script);
  assert.equal(asked(), 2);
});

test("whoever went on is followed, however far", async () => {
  const { claims, answer, asked } = desk();
  claims.fill(0);
  for (const script of ["1", "2"]) await answer(script);
  claims.fill(2);
  for (const script of ["3", "4", "5"]) await answer(script);
  assert.deepEqual([scripts(claims), asked()], [["1", "2", "3", "4", "5"], 5]);
});

test("an answer whose mark was refused does not stand in the way of the next (K-03)", async () => {
  const { claims, answer, asked } = desk();
  claims.fill(0);
  for (const script of ["1", "2", "3"]) await answer(script);
  const [first] = claims.sheets;
  assert.ok(first);
  first.given = true;
  claims.fill(1);
  await answer("1"); // the server holds it still: the mark was refused
  assert.equal(asked(), 4);
  void claims.letGo("1/q");
  void claims.letGo("1/q"); // seen again
  await answer(null); // ended
  await answer("4");
  assert.deepEqual([scripts(claims), asked()], [["1", "2", "3", "4"], 6]);
});
