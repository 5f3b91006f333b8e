// The web chat: sends what is typed or tapped, shows what comes back. Texts are set as text, never as HTML.
const messages = document.getElementById("messages");
const form = document.getElementById("compose");
const field = document.getElementById("text");
const direction = (language) => (language === "ar" ? "rtl" : language ? "ltr" : "auto");
let queue = Promise.resolve(); // one message after the other, in order

function show(text, kind, language) {
  const bubble = document.createElement("div");
  bubble.className = `message ${kind}`;
  if (language) bubble.lang = language;
  const line = document.createElement("p");
  line.textContent = text;
  line.dir = direction(language);
  bubble.append(line);
  messages.append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  return bubble;
}

function showButtons(bubble, buttons) {
  const row = document.createElement("div");
  row.className = "buttons";
  row.dir = direction(bubble.lang);
  for (const button of buttons) {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = button.title;
    element.dataset.payload = button.payload;
    row.append(element);
  }
  bubble.append(row);
  bubble.scrollIntoView({ block: "nearest" });
}

async function send(body, shown) {
  show(shown, "own");
  const wait = show("…", "bot wait");
  const answer = await post(body);
  wait.remove();
  if (answer.error) return show(answer.error, "bot");
  for (const message of answer.messages) {
    const bubble = show(message.text, "bot", message.language);
    if (message.buttons) showButtons(bubble, message.buttons);
  }
}

async function post(body) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const response = await fetch(form.action, { method: "POST", headers, body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { error: form.dataset.offline };
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  field.value = "";
  if (text) queue = queue.then(() => send({ text }, text));
});

messages.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-payload]");
  if (button) queue = queue.then(() => send({ payload: button.dataset.payload }, button.textContent));
});

// Someone looks over the shoulder: nothing of the conversation stays on the screen, and "back" does not bring it back.
document.getElementById("leave").addEventListener("click", () => {
  messages.replaceChildren();
  window.location.replace("https://www.wikipedia.org/");
});
