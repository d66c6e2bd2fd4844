// The chat's own script: what Gradio's page lacks for those who do not see it, or do not use a mouse. It stands in one
// function with chat_export.js and chat_lost.js; `texts` (French sentences) is written before it by chat_source.py.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const mouse = window.matchMedia("(hover: hover) and (pointer: fine)");
const find = (selector) => document.querySelector(selector);
const box = () => find("#question textarea");
const turns = () => [...document.querySelectorAll("#conversation .tour")];

function type(question) {
  const area = box();
  if (!area) return;
  area.value = question;
  area.dispatchEvent(new Event("input", { bubbles: true })); // Gradio keeps its own copy
}

// ---------------------------------------------------------------- said aloud

// A screen reader hears what these hold, wherever the visitor is on the page; `seen` is also shown for a while.
function voice(id) {
  const line = document.createElement("p");
  line.id = id;
  line.setAttribute("role", "status");
  let silence = 0;
  const say = (text) => {
    line.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (line.textContent = ""), 6000);
  };
  return { line, say };
}
const seen = voice("annonce");
const heard = voice("voix");

// Gradio writes the whole conversation anew at each turn: as a live region it would be read from its beginning. So the
// last answer alone is said, once.
function aloud(turn) {
  const parts = [".compris", ".issue", ".texte", ".redaction"].map((part) => turn.querySelector(part)?.innerText.trim());
  const count = turn.querySelectorAll(".sources .carte").length;
  if (count) parts.push(count === 1 ? texts.one_source : texts.many_sources.replace("{count}", count));
  return parts.filter(Boolean).join("\n");
}

// ---------------------------------------------------------------- a new turn

const NONE = { number: 0, question: "", pending: false };
let last = NONE;
let answered = NONE;
let late = 0;

function told(turn) {
  if (!turn) return NONE;
  const question = turn.querySelector(".question").textContent;
  return { number: Number(turn.id.split("-")[1]), question, pending: Boolean(turn.querySelector(".attente")) };
}

function follow() {
  const turn = turns().at(-1);
  const now = told(turn);
  if (["number", "question", "pending"].every((one) => now[one] === last[one])) return;
  last = now;
  clearTimeout(late);
  reveal(turn);
  if (now.pending) return wait(turn);
  const isNew = now.number !== answered.number || now.question !== answered.question;
  if (turn && isNew) arrived(turn, now.number <= answered.number);
  answered = now;
}

function arrived(turn, isAlone) {
  heard.say([isAlone ? texts.forgotten : "", aloud(turn)].join("\n"));
  settled(isAlone ? texts.forgotten : "");
  // Back to the box on a computer, unless the visitor went elsewhere meanwhile.
  const focused = document.activeElement;
  if (mouse.matches && (focused === document.body || focused?.closest("#demander, .questions, .tour h2"))) {
    box()?.focus({ preventScroll: true });
  }
}

function wait(turn) {
  late = setTimeout(() => heard.say(texts.searching), 1500);
  // On a phone the keyboard would cover the answer.
  if (!mouse.matches && box() === document.activeElement) dwell(turn);
}

function reveal(turn) {
  // Once now, and once the buttons under the answer are there: before, the page may be too short.
  const show = () => turn?.isConnected && turn.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  show();
  setTimeout(show, 250);
}

let hinted = "";
function hint() {
  const text = find("#indication p")?.textContent ?? "";
  if (text === hinted) return;
  hinted = text;
  if (text) heard.say(text);
  const link = find("#indication a.garde");
  if (link) permanent(link);
}

// The address of an answer that was just kept: whole, since it will be sent to somebody, and on the clipboard.
function permanent(link) {
  link.textContent = link.href;
  hinted = find("#indication p")?.textContent ?? "";
  link.focus({ preventScroll: true });
  copy(link.href, texts.link_copied);
}

// What would be kept is said before it is: the button that agrees comes next.
let keeping = false;
function agree() {
  const notice = find("#garder p");
  const button = find("#garder-oui");
  const shown = Boolean(notice?.checkVisibility() && button?.checkVisibility());
  if (shown && !keeping) {
    heard.say(notice.textContent);
    find("#garder").scrollIntoView({ block: "nearest" });
    button.focus({ preventScroll: true });
  } else if (keeping && !shown && !find("#indication a.garde")) find("#lien-permanent")?.focus();
  keeping = shown;
}

// Gradio's sanitiser opens every link beside the page: a telephone number has no page, and ours say nothing of it.
function sameTab() {
  for (const link of document.querySelectorAll('a[target="_blank"]:not(.lien[href^="http"])')) {
    link.removeAttribute("target");
  }
}

// ---------------------------------------------------------------- the focus

// What had the focus, in case it goes: a button that was pressed, a question that is written anew.
let held = null;
document.addEventListener("focusin", (event) => (held = event.target));

function gone(element) {
  return !element.isConnected || element.disabled || !element.checkVisibility();
}

// The focus on a place of the page that is no control: where a screen reader goes on reading.
function dwell(turn) {
  const place = turn?.querySelector("h2") ?? find("#entete h1");
  place?.setAttribute("tabindex", "-1");
  place?.focus({ preventScroll: true });
}

function keepFocus() {
  if (!held || document.activeElement !== document.body || !gone(held)) return;
  if (mouse.matches) box()?.focus({ preventScroll: true });
  else dwell(turns().at(-1));
}

// A button that has done what it does stays where it is, and in the order of the keyboard.
function done() {
  for (const button of document.querySelectorAll("#gestes button")) {
    if (button.classList.contains("fait")) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

// ---------------------------------------------------------------- the chat is there

// What was begun in the page's first box goes on in the chat's.
function takeOver() {
  const start = find("#amorce");
  const first = find("#amorce-question");
  const typed = first?.value ?? "";
  const typing = first !== null && first === document.activeElement;
  start?.remove();
  if (typed) type(typed);
  if (typing) box()?.focus();
}

function skipLink() {
  const link = document.createElement("a");
  link.id = "evitement";
  link.href = "#question";
  link.textContent = texts.skip;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    box()?.focus();
  });
  return link;
}

function begin() {
  document.head.append(find("#allure")); // after Gradio's style sheets: the last rule counts
  document.body.prepend(skipLink());
  document.body.append(seen.line, heard.line);
  const conversation = find("#conversation");
  conversation.setAttribute("role", "region");
  conversation.setAttribute("aria-label", texts.conversation);
  takeOver();
  watchForLoss();
  const look = () => {
    sameTab();
    done();
    follow();
    hint();
    agree();
    keepFocus();
  };
  look();
  const page = { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "style", "disabled"] };
  new MutationObserver(look).observe(find("gradio-app"), page);
}

const arrival = new MutationObserver(() => {
  const sheets = [...document.querySelectorAll('link[rel="stylesheet"]')];
  if (!find("#conversation") || !find("#discretion") || !box() || sheets.some((sheet) => sheet.media === "print")) return;
  arrival.disconnect();
  begin();
});
arrival.observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["media"] });
