// Parts of a page that reload themselves: replaced only when something changed, without taking focus or the reader's place.
const shown = new WeakMap(); // what each part was filled with last
let before = null;

function topOf(element) {
  return element.getBoundingClientRect().top;
}

function isInSight(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
}

// What the reader looks at, the surest first: each with its place on the screen.
function places(part) {
  const middle = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 2);
  const around = [document.activeElement, middle].filter((item) => item && !item.contains(part) && !part.contains(item));
  return [...around, ...part.querySelectorAll("[id]")].filter(isInSight).map((item) => ({ item, top: topOf(item) }));
}

function isReading() {
  return window.scrollY > 0 || document.activeElement.matches("input, textarea, select");
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (!("live" in target.dataset)) return;
  if (shown.get(target) === serverResponse) event.detail.shouldSwap = false;
  shown.set(target, serverResponse);
  before = { hasFocus: target.contains(document.activeElement), places: isReading() ? places(target) : [] };
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (!("live" in target.dataset)) return;
  if (before.hasFocus && !target.contains(document.activeElement)) target.focus({ preventScroll: true });
  for (const { item, top } of before.places) {
    const now = item.isConnected ? item : document.getElementById(item.id);
    if (now) return window.scrollBy(0, topOf(now) - top);
  }
});
