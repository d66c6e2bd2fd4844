// A question that did not arrive, a connection that is cut: said in French, and the question is not lost. Gradio says it
// in English, in a corner (our style sheet hides that), and empties the page when the service is back.

const alarm = document.createElement("p");
alarm.id = "panne";
alarm.setAttribute("role", "alert");

let asked = ""; // what was asked last, until its answer is there
let slow = 0;
const SLOW_MS = 15_000;

function ask(question) {
  asked = question.trim();
  hinted = ""; // said again if it is refused again
  if (cut) return;
  alarm.textContent = "";
  clearTimeout(slow);
  slow = setTimeout(() => {
    if (asked && !find("#indication .alerte")) alarm.textContent = texts.slow;
  }, SLOW_MS);
}

function settled(note) {
  asked = "";
  clearTimeout(slow);
  alarm.textContent = note;
}

function failed(sentence) {
  clearTimeout(slow);
  if (asked && !box()?.value) type(asked);
  alarm.textContent = sentence;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target === box()) ask(box().value);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.id === "garder-oui") hinted = "";
  if (button?.id === "demander") ask(box()?.value ?? "");
  else if (button?.closest(".questions")) ask(button.textContent);
}, true);

// ---------------------------------------------------------------- what did not arrive

const fetched = window.fetch.bind(window);
window.fetch = (...request) => {
  const path = String(request[0]?.url ?? request[0]);
  if (path.includes("/queue/data")) return listened(request);
  if (path.includes("/queue/join")) return sent(request);
  return fetched(...request);
};

async function sent(request) {
  try {
    const reply = await fetched(...request);
    if (!reply.ok) failed({ 429: texts.too_fast, 503: texts.busy }[reply.status] ?? texts.failed);
    return reply;
  } catch (error) {
    failed(texts.failed);
    throw error;
  }
}

// The stream by which answers come says that it ends: one that ends otherwise was cut, which Gradio does not always see
// (a service that stops in good order ends its streams in good order). What the page shows tells nothing of it: on a
// slow phone an answer that came whole is written long after.
async function listened(request) {
  const reply = await fetched(...request);
  if (reply.ok && reply.body) heardOut(reply.clone().body);
  return reply;
}

async function heardOut(body) {
  const decoder = new TextDecoder();
  let end = "";
  const write = (part) => {
    end = (end + decoder.decode(part, { stream: true })).slice(-LAST_CHARACTERS);
  };
  try {
    await body.pipeTo(new WritableStream({ write }));
  } catch (error) {
    if (error.name === "AbortError") return; // Gradio's own, once it has read the end
  }
  if (!end.includes(LAST_MESSAGE)) setTimeout(lost, LEAVING_MS);
}
const LAST_MESSAGE = '"close_stream"';
const LAST_CHARACTERS = 100; // among which it stands
const LEAVING_MS = 500; // a page that is being left has its streams cut before it is told so

// ---------------------------------------------------------------- what was cut

// The page is loaded again as soon as the service answers. The question goes through that in the browser's own history,
// where nobody else reads it.
let cut = false;
function lost() {
  if (cut || leaving) return;
  cut = true;
  clearTimeout(slow);
  alarm.textContent = texts.lost;
  document.documentElement.classList.add("coupe");
  keep();
  setInterval(async () => {
    const reply = await fetched("./gradio_api/app_id").catch(() => null);
    if (reply?.ok) window.location.reload();
  }, RETRY_MS);
}
const RETRY_MS = 2000;
let leaving = false;
window.addEventListener("pagehide", () => (leaving = true));
const keep = () => history.replaceState({ asked: box()?.value.trim() || asked }, "");
document.addEventListener("input", () => cut && keep());

function watchForLoss() {
  find("#saisie").prepend(alarm);
  const kept = history.state?.asked;
  if (kept !== undefined) {
    history.replaceState(null, "");
    if (kept) type(kept);
    alarm.textContent = kept ? texts.reloaded : texts.reloaded_empty;
  }
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((one) => one instanceof Element);
    const message = added.find((one) => one.matches(".toast-body, .toast-wrap") || one.querySelector(".toast-body"));
    if (message?.textContent.includes("Connection")) lost();
    else if (message?.textContent.trim() && !alarm.textContent) failed(texts.failed);
  }).observe(document.body, { childList: true, subtree: true });
}
