// Times as a chat client writes them, in the reader's own time zone.

const LOCALE = "en-US";
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "long", month: "long", day: "numeric" });
const short = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric", year: "numeric" });
const middle = new Intl.DateTimeFormat(LOCALE, { month: "long", day: "numeric", year: "numeric" });
const long = new Intl.DateTimeFormat(LOCALE, { weekday: "long", month: "long", day: "numeric", year: "numeric" });

export const ofStamp = (ts) => new Date(Number(ts) * 1000);
export const clockTime = (date) => clock.format(date);
export const fullTime = (date) => `${long.format(date)} at ${seconds.format(date)}`;

export function dayName(date) {
  return relativeDay(date) ?? day.format(date);
}

export function sameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

function relativeDay(date) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  return { "0": "Today", "1": "Yesterday", "-1": "Tomorrow" }[String(days)] ?? null;
}

/** How long ago, in one unit. */
export function ago(date) {
  const minutes = Math.floor((Date.now() - date) / 60_000);
  if (minutes < 1) return "just now";
  const [count, unit] =
    minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** Slack's date tokens, as in `{date_short_pretty} at {time}`. */
export function formatted(date, format) {
  const pretty = (written) => (relativeDay(date)?.toLowerCase() ?? written);
  const parts = {
    date_num: [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-"),
    date_slash: date.toLocaleDateString(LOCALE),
    date: middle.format(date),
    date_short: short.format(date),
    date_long: long.format(date),
    date_pretty: pretty(middle.format(date)),
    date_short_pretty: pretty(short.format(date)),
    date_long_pretty: pretty(long.format(date)),
    date_long_full: long.format(date),
    day_divider_pretty: pretty(day.format(date)),
    time: clock.format(date),
    time_secs: seconds.format(date),
    ago: ago(date),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
}
