// The chat's own script. `window.assistantTexts` (French sentences) is written before it by chat.py.
(() => {
  "use strict";
  const texts = window.assistantTexts;
  document.documentElement.lang = "fr";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const mouse = window.matchMedia("(hover: hover) and (pointer: fine)");
  const find = (selector) => document.querySelector(selector);

  // A screen reader hears what happens here, wherever the visitor is on the page.
  const voice = document.createElement("p");
  voice.id = "annonce";
  voice.setAttribute("role", "status");
  let silence = 0;
  function say(text) {
    voice.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => (voice.textContent = ""), 4000);
  }

  let seen = "";
  function follow(conversation) {
    const turn = [...conversation.querySelectorAll(".tour")].at(-1);
    const state = turn ? turn.id + (turn.querySelector(".attente") ? " pending" : " answered") : "";
    if (state === seen) return;
    const asked = seen.endsWith("pending");
    seen = state;
    if (!turn) return;
    // Once now, and once the buttons under the answer are there: before, the page may be too short.
    const show = () => turn.isConnected && turn.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    show();
    setTimeout(show, 250);
    // Back to the box on a computer; on a phone the keyboard would cover the answer.
    if (asked && mouse.matches) setTimeout(() => find("#question textarea")?.focus({ preventScroll: true }), 150);
  }

  function answerAsText(turn) {
    const lines = [turn.querySelector(".texte")?.innerText.trim() ?? ""];
    const cards = [...turn.querySelectorAll(".sources .carte")];
    if (cards.length) lines.push("", `${texts.sources_heading} :`);
    for (const card of cards) {
      const origin = [".titre strong", ".genre", ".date"].map((part) => card.querySelector(part)?.textContent.trim());
      const link = card.querySelector("a.lien")?.href;
      lines.push(`- ${origin.filter(Boolean).join(", ")}${link ? `\n  ${link}` : ""}`);
    }
    return lines.join("\n");
  }

  async function copy() {
    const turn = [...document.querySelectorAll("#conversation .tour")].at(-1);
    if (!turn) return;
    try {
      await navigator.clipboard.writeText(answerAsText(turn));
      say(texts.copied);
    } catch {
      say(texts.copy_failed); // no permission, or an address without https
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#copier")) copy();
  });

  function watch(conversation) {
    document.body.append(voice);
    conversation.setAttribute("role", "log");
    conversation.setAttribute("aria-label", texts.conversation_label);
    const hint = find("#indication");
    hint?.setAttribute("role", "status");
    new MutationObserver(() => follow(conversation)).observe(conversation, { childList: true, subtree: true });
    follow(conversation);
  }

  const arrival = new MutationObserver(() => {
    const conversation = find("#conversation");
    if (!conversation) return;
    arrival.disconnect();
    watch(conversation);
  });
  arrival.observe(document.documentElement, { childList: true, subtree: true });
})();
