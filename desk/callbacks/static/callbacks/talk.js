// Says what the person wrote since, for who does not see it appear.
const talk = document.getElementById("talk");
const heard = new Set(theirs().map((item) => item.id));

function theirs() {
  return talk ? [...talk.querySelectorAll(".theirs")] : [];
}

document.body.addEventListener("htmx:afterSwap", () => {
  const fresh = theirs().filter((item) => !heard.has(item.id));
  for (const item of fresh) heard.add(item.id);
  if (fresh.length > 0) document.getElementById("said").textContent = fresh.map((item) => item.innerText).join(" ");
});
