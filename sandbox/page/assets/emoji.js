// The emoji that a telephone bot and its people use; any other name is shown as :name:.

const NAMES = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", wave: "👋", pray: "🙏", clap: "👏",
  raised_hands: "🙌", raised_hand: "✋", hand: "✋", muscle: "💪", point_right: "👉", point_down: "👇", point_up: "☝️", eyes: "👀", handshake: "🤝",
  smile: "😄", smiley: "😃", grinning: "😀", slightly_smiling_face: "🙂", joy: "😂", wink: "😉", blush: "😊",
  thinking_face: "🤔", cry: "😢", sob: "😭", confused: "😕", angry: "😠", sweat_smile: "😅", heart_eyes: "😍", sunglasses: "😎",
  heart: "❤️", tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀", "100": "💯", zap: "⚡", bulb: "💡", gift: "🎁",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", exclamation: "❗", question: "❓", grey_question: "❔", bangbang: "‼️",
  information_source: "ℹ️", rotating_light: "🚨", sos: "🆘", shield: "🛡️", construction: "🚧", octagonal_sign: "🛑", stop_sign: "🛑",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", clock1: "🕐", alarm_clock: "⏰", calendar: "📅", date: "📅",
  spiral_calendar_pad: "🗓️", scissors: "✂️", arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", recycle: "♻️",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_forward: "▶️", arrow_backward: "◀️", arrow_right_hook: "↪️", twisted_rightwards_arrows: "🔀",
  phone: "☎️", telephone: "☎️", telephone_receiver: "📞", iphone: "📱", calling: "📲", mobile_phone_off: "📴", vibration_mode: "📳",
  speech_balloon: "💬", left_speech_bubble: "🗨️", thought_balloon: "💭", mega: "📣", loudspeaker: "📢", bell: "🔔", no_bell: "🔕",
  envelope: "✉️", email: "📧", "e-mail": "📧", incoming_envelope: "📨", envelope_with_arrow: "📩", outbox_tray: "📤", inbox_tray: "📥",
  mailbox: "📫", mailbox_with_mail: "📬", package: "📦", memo: "📝", pencil: "📝", pencil2: "✏️", clipboard: "📋", page_facing_up: "📄",
  receipt: "🧾", ledger: "📒", label: "🏷️", bookmark: "🔖", file_folder: "📁", open_file_folder: "📂", card_index: "📇",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", abacus: "🧮",
  moneybag: "💰", dollar: "💵", heavy_dollar_sign: "💲", credit_card: "💳", shopping_trolley: "🛒", coin: "🪙",
  house: "🏠", office: "🏢", hospital: "🏥", ambulance: "🚑", fire_engine: "🚒", police_car: "🚓", round_pushpin: "📍", pushpin: "📌",
  world_map: "🗺️", globe_with_meridians: "🌐", earth_americas: "🌎", link: "🔗", lock: "🔒", unlock: "🔓", key: "🔑", mag: "🔍",
  mag_right: "🔎", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", electric_plug: "🔌", satellite_antenna: "📡", computer: "💻",
  robot_face: "🤖", bust_in_silhouette: "👤", busts_in_silhouette: "👥", id: "🆔", stethoscope: "🩺", test_tube: "🧪", camera: "📷",
  frame_with_picture: "🖼️", paperclip: "📎", wastebasket: "🗑️", door: "🚪", parking: "🅿️", put_litter_in_its_place: "🚮",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", red_circle: "🔴", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩", large_yellow_square: "🟨", large_red_square: "🟥",
  small_blue_diamond: "🔹", small_orange_diamond: "🔸", heavy_plus_sign: "➕", heavy_minus_sign: "➖", new: "🆕", ok: "🆗", free: "🆓",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", anchor: "⚓", sailboat: "⛵", ship: "🚢", coffee: "☕", sunny: "☀️",
  crescent_moon: "🌙", zzz: "💤", see_no_evil: "🙈", broken_heart: "💔", ghost: "👻", seedling: "🌱", balance_scale: "⚖️", scales: "⚖️",
};

/** The quick choices of the reaction picker. */
export const QUICK = ["+1", "eyes", "white_check_mark", "x", "heart", "tada", "pray", "smile", "joy", "thinking_face", "wave", "warning", "hourglass_flowing_sand", "rocket", "fire", "100"];

/** The character for a name without colons, or the name with its colons where it is not known here. */
export function emoji(name) {
  return NAMES[name.replace(/::skin-tone-\d$/, "")] ?? `:${name}:`;
}

/** `text` with every known :name: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (_, name) => emoji(name));
}
