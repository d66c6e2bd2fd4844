// An answer to the clipboard, the conversation to a file: made in the browser from what it shows.

const part = (element, selector) => element.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";

// Title, kind and date of a source; title and source of a figure.
function origin(card) {
  const known = [".genre", ".date"].map((one) => part(card, one)).filter(Boolean);
  return [part(card, ".titre strong"), ...(known.length ? known : [part(card, ".origine")])].filter(Boolean);
}

// The passage that is quoted, or the figures that are drawn.
function content(card) {
  const passage = part(card, "blockquote");
  const figures = [...card.querySelectorAll(".mesure, .barres li, .historique figcaption")];
  return passage || figures.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join(" ; ");
}

const address = (card) => card.querySelector("a.lien")?.href ?? "";

function answerAsText(turn) {
  const lines = [".texte", ".redaction"].map((one) => turn.querySelector(one)?.innerText.trim()).filter(Boolean);
  const cards = [...turn.querySelectorAll(".sources .carte")];
  if (cards.length) lines.push("", `${texts.sources} :`);
  for (const card of cards) lines.push([`- ${origin(card).join(", ")}`, address(card)].filter(Boolean).join("\n  "));
  return lines.join("\n");
}

async function copy(text, thanks) {
  try {
    await navigator.clipboard.writeText(text);
    seen.say(thanks);
  } catch {
    seen.say(texts.copy_failed); // no permission, or an address without https
  }
}

// ---------------------------------------------------------------- Markdown

// What Markdown would read in a line: signs anywhere; a list, a heading or a rule at its beginning.
function escaped(text) {
  return text.replace(/[\\`*_{}[\]<>#|~&!$]/g, "\\$&").replace(/^(\s*)([-+=:])/, "$1\\$2").replace(/^(\s*\d+)([.)])/, "$1\\$2");
}

function cardAsMarkdown(card, place) {
  const [title, ...rest] = origin(card).map(escaped);
  const lines = [`${place + 1}. ${[`**${title}**`, ...rest].join(", ")}`];
  if (content(card)) lines.push("", `   > ${escaped(content(card))}`);
  if (address(card)) lines.push("", `   <${address(card)}>`);
  return lines.join("\n");
}

// Sources, figures, what comes near; places where to look.
function sectionAsMarkdown(section) {
  const links = [...section.querySelectorAll(":scope > ul > li > a")].map((link) => `- <${link.href}>`);
  const cards = [...section.querySelectorAll(".carte")].map(cardAsMarkdown);
  return [`### ${escaped(part(section, "h3"))}`, ...cards, links.join("\n")].filter(Boolean).join("\n\n");
}

function turnAsMarkdown(turn) {
  const question = turn.querySelector(".question").cloneNode(true);
  question.querySelector(".invisible")?.remove();
  const said = [...turn.querySelectorAll(".compris, .texte p, .redaction")].map((one) => escaped(one.innerText.trim()));
  const sections = [...turn.querySelectorAll("section")].map(sectionAsMarkdown);
  return [`## ${texts.question} : ${escaped(question.textContent.trim())}`, ...said, ...sections].join("\n\n");
}

function conversationAsMarkdown(day) {
  const head = [`# ${escaped(texts.file_title)}`, escaped(texts.file_day.replace("{day}", day))];
  return `${[...head, ...turns().map(turnAsMarkdown)].join("\n\n")}\n`;
}

function download() {
  const now = new Date();
  const day = now.toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric" });
  const iso = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([conversationAsMarkdown(day)], { type: "text/markdown;charset=utf-8" }));
  link.download = texts.file_name.replace("{day}", iso);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  seen.say(texts.downloaded);
}

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("button")?.id : "";
  if (pressed === "copier" && turns().length) copy(answerAsText(turns().at(-1)), texts.copied);
  if (pressed === "telecharger" && turns().length) download();
});
