// The page's only way to the server: the state, what a person does, and the stream of changes.

import { me, refresh, world } from "./world.js";

/** What is done in the workspace and may be answered with a message there. */
const ANSWERED = new Set(["post", "command", "click", "submit", "shortcut", "message_shortcut"]);

/**
 * Do something as the chosen person. Never throws: the answer is `{ok: true, …}` or `{ok: false, error}`, with `noticed`
 * when the workspace has told the person about it by a notice already.
 */
export async function act(what, details = {}) {
  const noticesBefore = JSON.stringify(world.state?.notices);
  if (ANSWERED.has(what)) world.actedAt = performance.now();
  let answer;
  try {
    const response = await fetch(`/page/act?as=${encodeURIComponent(me())}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ do: what, ...details }),
    });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: "The sandbox did not answer. Is it still running?" };
  }
  if (what === "options") return answer;
  await refresh();
  return { ...answer, noticed: JSON.stringify(world.state?.notices) !== noticesBefore };
}

export async function fetchState(as) {
  const response = await fetch(`/page/state?as=${encodeURIComponent(as)}`);
  if (!response.ok) throw new Error(`the state could not be read: ${response.status}`);
  return response.json();
}

/** Files as the server takes them. */
export async function encoded(files) {
  return Promise.all(
    [...files].map(async (file) => ({
      name: file.name,
      mime_type: file.type || "application/octet-stream",
      base64: await base64(file),
    })),
  );
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
