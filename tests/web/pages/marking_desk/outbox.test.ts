import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../../src/markroom/web/elements/api.ts";
import type { MarkEntry } from "../../../../src/markroom/web/elements/shapes.ts";
import { Outbox, type Outgoing, type OutgoingStore } from "../../../../src/markroom/web/pages/marking_desk/outbox.ts";

function shelf(): OutgoingStore & { rows: Map<string, Outgoing> } {
  const rows = new Map<string, Outgoing>();
  return {
    rows,
    list: async (userId) => [...rows.values()].filter((one) => one.user_id === userId),
    get: async (key) => rows.get(key),
    put: async (outgoing) => { rows.set(outgoing.key, outgoing); },
    remove: async (key) => { rows.delete(key); },
  };
}

function mark(marks: number, queued_at: number, version = 0): Outgoing {
  return { key: "s/q", user_id: "u", batch_id: "b", script_id: "s", question_id: "q", path: "1", body: { marks, state: "awarded" }, version, queued_at, trouble: null };
}

const entry = (marks: number | null, version: number): MarkEntry => ({ marks, state: "awarded", version });
const failure = (status: number, extra = {}) => new ApiError({ status, code: "", detail: "no", ...extra });

test("a mark leaves the shelf only when the server has it (K-03)", async () => {
  const store = shelf();
  const saved: number[] = [];
  let offline = true;
  const outbox = new Outbox(store, "u", async (one) => {
    if (offline) throw failure(0);
    return entry(one.body.marks, one.version + 1);
  }, (_, given) => saved.push(given.version), () => {});
  await outbox.add(mark(3, 1));
  assert.equal(store.rows.size, 1);
  assert.equal(outbox.stopped, "no");
  offline = false;
  await outbox.flush();
  assert.deepEqual([store.rows.size, saved, outbox.stopped], [0, [1], ""]);
});

test("a mark changed while the first was on its way is sent over the version that came back", async () => {
  const store = shelf();
  const versions: number[] = [];
  let release = () => {};
  let begun = () => {};
  const gate = new Promise<void>((resolve) => { release = resolve; });
  const started = new Promise<void>((resolve) => { begun = resolve; });
  const outbox = new Outbox(store, "u", async (one) => {
    versions.push(one.version);
    begun();
    if (versions.length === 1) await gate;
    return entry(one.body.marks, one.version + 1);
  }, () => {}, () => {});
  const first = outbox.add(mark(3, 1));
  await started;
  const second = outbox.add(mark(4, 2));
  release();
  await Promise.all([first, second]);
  assert.deepEqual([versions, store.rows.size], [[0, 1], 0]);
});

test("a colleague's mark is shown and not overwritten until the marker chooses (412)", async () => {
  const store = shelf();
  let theirs = 2;
  const outbox = new Outbox(store, "u", async (one) => {
    if (one.version < theirs) throw failure(412, { current: entry(1, theirs) });
    return entry(one.body.marks, (theirs += 1));
  }, () => {}, () => {});
  await outbox.add(mark(3, 1));
  assert.equal(outbox.troubled[0]?.trouble?.current?.marks, 1);
  assert.equal(outbox.stopped, "");
  await outbox.settle("s/q", "send");
  assert.deepEqual([outbox.waiting, theirs], [[], 3]);
});

test("a lost claim is kept in sight until the marker lets it go (409)", async () => {
  const outbox = new Outbox(shelf(), "u", async () => { throw failure(409); }, () => {}, () => {});
  await outbox.add(mark(3, 1));
  assert.equal(outbox.troubled[0]?.trouble?.status, 409);
  await outbox.settle("s/q", "drop");
  assert.deepEqual(outbox.waiting, []);
});

test("marks of another person on this device are left alone", async () => {
  const store = shelf();
  await store.put({ ...mark(3, 1), user_id: "somebody" });
  const outbox = new Outbox(store, "u", async () => { throw new Error("sent"); }, () => {}, () => {});
  await outbox.flush();
  assert.equal(store.rows.size, 1);
});
