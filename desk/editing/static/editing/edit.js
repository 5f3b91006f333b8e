// Puts a fact where the editor last wrote; the form hears of it as of typing.
const inserting = document.getElementById("inserting");
let last = document.querySelector("textarea[data-fills]");

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea[data-fills]")) last = event.target;
});

if (inserting && last) {
  inserting.hidden = false;
  document.getElementById("put").addEventListener("click", () => {
    last.closest("details").open = true;
    last.setRangeText(document.getElementById("insert").value, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
}

// What was not saved is not lost by a wrong tap.
const edit = document.getElementById("edit");
if (edit) {
  let isChanged = false;
  edit.addEventListener("input", (event) => (isChanged ||= event.target.matches("textarea, input")));
  edit.addEventListener("submit", () => (isChanged = false));
  window.addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
}
