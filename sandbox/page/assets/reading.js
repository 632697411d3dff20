// What each person has read, as far as this browser tab knows: the last message seen of a channel or a thread.

import { me, messages } from "./world.js";

const KEPT = "read";
const marks = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));

const keyOf = (channelId, thread) => [me(), channelId, thread].filter(Boolean).join(" ");

/** Messages of others, ephemeral ones included, that came after what was read. */
export function unread(channelId, list = messages(channelId), thread = null) {
  const from = Number(marks.get(keyOf(channelId, thread)) ?? 0);
  return list.filter((one) => Number(one.ts) > from && (one.user !== me() || one.bot_id));
}

export function markRead(channelId, list = messages(channelId), thread = null) {
  const last = list.at(-1)?.ts;
  if (!last || document.hidden) return;
  marks.set(keyOf(channelId, thread), last);
  sessionStorage.setItem(KEPT, JSON.stringify([...marks]));
}
