// What the page knows: the last state the server told, who one acts as, and what is being looked at.

import { fetchState } from "./api.js";

export const world = { state: null, as: null, actedAt: -Infinity };

let draw = () => {};
let running = null;
let again = false;

export function onChange(callback) {
  draw = callback;
}

export function me() {
  return world.as;
}

/** Read the state again and draw it. Calls during a running read are folded into one more read. */
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      const as = world.as;
      const state = await fetchState(as).catch(() => null);
      if (state && as === world.as) {
        world.state = state;
        draw();
      }
    } while (again);
    running = null;
  })();
  return running;
}

/** Draw what is known already, after something on the page itself has changed. */
export function redraw() {
  if (world.state) draw();
}

export const user = (id) => world.state.users.find((one) => one.id === id);
export const channel = (id) => world.state.channels.find((one) => one.id === id);
export const bot = () => world.state.users.find((one) => one.is_bot);
export const messages = (id) => world.state.messages[id] ?? [];

export const fullName = (person) => person?.real_name || person?.name || "Somebody";

export function channelName(one) {
  if (!one) return "unknown";
  if (!one.is_im) return one.name;
  return fullName(bot());
}

/** 12065550142 as people write it: (206) 555-0142; other countries keep their digits. */
export function phone(number) {
  const match = /^\+?1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : `+${String(number).replace(/^\+/, "")}`;
}
