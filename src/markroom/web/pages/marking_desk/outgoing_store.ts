/** The outbox's shelf in IndexedDB. */
import { openDB, type DBSchema } from "idb";
import type { Outgoing, OutgoingStore } from "./outbox.ts";

interface Shelves extends DBSchema {
  outgoing: { key: string; value: Outgoing; indexes: { user_id: string } };
}

export async function openOutgoingStore(): Promise<OutgoingStore> {
  const db = await openDB<Shelves>("markroom-marks", 1, {
    upgrade: (fresh) => { fresh.createObjectStore("outgoing", { keyPath: "key" }).createIndex("user_id", "user_id"); },
  });
  return {
    list: (userId) => db.getAllFromIndex("outgoing", "user_id", userId),
    get: (key) => db.get("outgoing", key),
    put: async (outgoing) => { await db.put("outgoing", outgoing); },
    remove: (key) => db.delete("outgoing", key),
  };
}
