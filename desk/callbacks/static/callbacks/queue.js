// The queue reloads itself; this says in the title, by a sound and a notification what is new and urgent.
const rows = document.getElementById("rows");
const ask = document.getElementById("notify");
const stale = document.getElementById("stale");
const news = document.getElementById("news");
let known = urgent();
let audio = null;

function counts() {
  return document.getElementById("counts").dataset;
}

function urgent() {
  return new Set(counts().urgent.split(" ").filter(Boolean));
}

function show() {
  const free = counts().free;
  const marked = urgent().size > 0 ? `(${free}, ${urgent().size}!) ` : `(${free}) `;
  document.title = (free > 0 ? marked : "") + rows.dataset.title;
}

function beep() {
  if (audio === null) return;
  const tone = audio.createOscillator();
  tone.frequency.value = 880;
  tone.connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.4);
}

function tell() {
  const now = urgent();
  const fresh = [...now].filter((reference) => !known.has(reference));
  if (fresh.length > 0) {
    news.textContent = `${rows.dataset.news}: ${fresh.join(", ")}`;
    beep();
    if (window.Notification && Notification.permission === "granted") new Notification(rows.dataset.news);
  }
  known = now;
}

// A browser allows sound and notifications only after a tap.
ask.classList.remove("hidden");
ask.addEventListener("click", async () => {
  audio = new AudioContext();
  ask.classList.add("hidden");
  if (window.Notification && Notification.permission === "default") await Notification.requestPermission();
});
document.body.addEventListener("htmx:afterOnLoad", (event) => {
  if (!event.detail.successful) return;
  stale.hidden = true;
  show();
  tell();
});
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, () => (stale.hidden = false));
}
show();
