// The assistant in a page of another site: a button, and behind it a dialog, in a shadow root.
// Until it is opened nothing but this file is fetched; opened from the start (`data-frame`, and `data-open` on a screen
// that is not small), it fetches the suggestions at once. Nothing is ever kept in the browser: the conversation goes
// with the page. Text goes in as text alone. GIVEN (words, style, phone) is written in when the file is served.
(() => {
  "use strict";
  const GIVEN = {};
  const NAME = "assistant-somme-numerique";
  const script = document.currentScript ?? ownScript();
  if (!script || customElements.get(NAME)) return; // put twice in a page: once is enough

  /** Our tag when the browser does not tell it: we came as a module. Another product may have a file of the same name:
   *  ours is the one with our attributes, else the only one; in doubt, none. */
  function ownScript() {
    const isNamed = (tag) => /^[^?#]*\/widget\.js([?#]|$)/.test(tag.src);
    const named = [...document.querySelectorAll("script[src]")].filter(isNamed);
    const names = ["title", "color", "position", "lang", "commune", "open", "frame"];
    const dressed = named.filter((tag) => names.some((name) => name in tag.dataset));
    const [first, ...others] = dressed.length > 0 ? dressed : named;
    return others.every((tag) => tag.src === first.src) ? first : null;
  }

  const options = script.dataset;
  const language = options.lang === "en" ? "en" : "fr";
  const words = GIVEN.words[language];
  const framed = "frame" in options; // alone in its own page: always open, nothing to close
  const home = new URL(".", script.src);
  const at = (path) => new URL(path, home).href;
  const heading = (depth) => `h${depth + (framed ? 1 : 2)}`; // under the page's own, or alone
  const LONGEST_WAIT = 20_000; // milliseconds
  const NEAR_LIMIT = 800; // characters of a question, from which on the limit is told

  // As wide as a telephone, or as low as a page zoomed in: the dialog covers the screen.
  const narrow = matchMedia("(max-width: 40em), (max-height: 32em)");
  const mouse = matchMedia("(hover: hover) and (pointer: fine)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // ---------------------------------------------------------------- elements

  /** An element. `given`: its attributes, `text`, and what it does `on` an event; null and false are left out. */
  function make(tag, given = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name === "text") made.textContent = value;
      else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
      else if (value !== null && value !== false) made.setAttribute(name, value);
    }
    made.append(...children.filter(Boolean));
    return made;
  }

  const button = (text, act, className = "quiet") =>
    make("button", { type: "button", class: className, text, on: { click: act } });

  /** A link that opens elsewhere; the text alone when its address is not one of the web. */
  function link(text, address) {
    if (!/^https?:\/\/[^/]/i.test(address)) return make("span", { text });
    const opens = { href: address, target: "_blank", rel: "noopener noreferrer", text };
    return make("a", opens, make("span", { class: "unseen", text: ` (${words.new_tab})` }));
  }

  function phone(number, address) {
    if (!number) return null;
    const dials = /^tel:\+?[0-9]+$/.test(address);
    return make(dials ? "a" : "span", { class: "phone", href: dials && address, text: number });
  }

  function icon(drawing) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", drawing);
    svg.append(path);
    return svg;
  }
  const BUBBLE = "M4 4h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z";
  const CROSS = "M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12 19 6.4 17.6 5 12 10.6z";

  // ---------------------------------------------------------------- the service

  /** Why there is no answer, in words: the service's own (French) when it gave some. */
  class Refused extends Error {
    constructor(text, isService = false) {
      super(text);
      this.isService = isService;
    }
  }

  /** A request to the service, without cookies and without telling which page it comes from. */
  async function call(path, sent, given = {}) {
    const reply = await fetch(at(path), {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      ...(sent && { method: "POST", body: JSON.stringify(sent) }),
      ...given,
      headers: { ...(sent && { "Content-Type": "application/json" }), ...given.headers },
    });
    if (reply.ok) return reply;
    const { detail } = await reply.json().catch(() => ({}));
    const seconds = path === "api/ask" ? Number.parseInt(reply.headers.get("Retry-After"), 10) : 0;
    const when = seconds > 0 ? ` ${words.retry.replace("{seconds}", seconds)}` : "";
    throw new Refused((typeof detail === "string" ? detail : words.error_other) + when, typeof detail === "string");
  }

  /** The events of a stream: [name, data]. */
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let kept = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (kept + part.value).replaceAll("\r\n", "\n").split("\n\n");
      kept = blocks.pop();
      for (const block of blocks) {
        const fields = (name) => block.split("\n").filter((line) => line.startsWith(`${name}:`));
        const values = (name) => fields(name).map((line) => line.slice(name.length + 1).trim());
        yield [values("event").join(""), values("data").join("\n")];
      }
    }
  }

  /** `said` is given what a language model has written so far: the answer takes its place. */
  async function answerTo(question, conversation, signal, said) {
    const headers = { Accept: "text/event-stream" };
    const reply = await call("api/ask", { question, conversation }, { signal, headers });
    for await (const [name, data] of events(reply.body)) {
      if (name === "sentence") said(JSON.parse(data).text);
      if (name === "answer") return JSON.parse(data);
      if (name === "failed") throw new Refused(JSON.parse(data).detail, true);
    }
    throw new Refused(words.error_cut);
  }

  // ---------------------------------------------------------------- an answer

  const paragraphs = (texts, className = null) => texts.map((text) => make("p", { class: className, text }));

  /** `opened`: the passage is shown at once, because the words above are not the document's own. */
  function card(given, opened) {
    const number = given.number && make("span", { class: "number", text: given.number });
    const pieces = given.passage.map((part) => make(part.marked ? "mark" : "span", { text: part.text }));
    const summary = make("summary", { text: words.passage, lang: language });
    return make(
      "li",
      { class: "card" },
      make("p", { class: "name" }, number, make("strong", { text: given.title })),
      origin(given),
      ...paragraphs(given.lines),
      pieces.length > 0 && make("details", { open: opened && "" }, summary, make("blockquote", {}, ...pieces)),
      given.link && make("p", {}, link(given.link_label, given.link)),
      given.picture && make("p", {}, link(given.picture_label, at(`.${given.picture}`))),
    );
  }

  /** What kind of document, of which day. */
  function origin(given) {
    const when = { datetime: given.iso_day || null, text: given.day };
    const day = given.day && make(given.iso_day ? "time" : "span", when);
    const parts = [given.kind, given.kind && day && " · ", day, given.note && ` (${given.note})`].filter(Boolean);
    return parts.length > 0 && make("p", { class: "soft" }, ...parts);
  }

  function group(given, opened) {
    const list = given.name === "sources" ? "ol" : "ul";
    return make(
      "section",
      { class: `group ${given.name}` },
      make(heading(2), { text: given.heading }),
      make(list, {}, ...given.cards.map((one) => card(one, opened))),
    );
  }

  function contact(given) {
    return (
      given &&
      make(
        "div",
        { class: "contact" },
        make(heading(2), { text: given.heading }),
        ...paragraphs([given.name, given.address].filter(Boolean)),
        make("p", {}, phone(given.phone, given.phone_link)),
        given.site && make("p", {}, link(given.site_label, given.site)),
      )
    );
  }

  function links(shown) {
    if (shown.links.length === 0) return null;
    const items = shown.links.map((one) => make("li", {}, link(one.label, one.url)));
    const title = make(heading(2), { text: shown.links_heading });
    return make("section", { class: "group" }, title, make("ul", {}, ...items));
  }

  function foot() {
    const pages = { full: "./", plain: "question", privacy: "vie-privee", accessibility: "accessibilite" };
    const items = Object.entries(pages).map(([name, path]) => make("li", {}, link(words[name], at(path))));
    return make("div", { class: "foot" }, make("p", { text: words.unrecorded }), make("ul", {}, ...items));
  }

  // ---------------------------------------------------------------- the widget

  class Widget extends HTMLElement {
    #conversation = ""; // an id: the server keeps the rest
    #pending = null; // what aborts the question being looked up
    #reached = false; // whether the service ever answered this page
    #asked = false; // whether the suggestions were fetched

    connectedCallback() {
      if (this.shadowRoot) return; // moved by the page
      const root = this.attachShadow({ mode: "open" });
      dress(root);
      root.append(this.#build());
      narrow.addEventListener("change", () => this.#settle());
      if (framed || (options.open === "true" && !narrow.matches)) this.#open(false);
    }

    #build() {
      const title = options.title || words.title;
      this.log = make("div", { class: "turns" });
      this.hints = make("div", { class: "hints" });
      this.heading = make(heading(0), { id: "title", tabindex: "-1", text: title });
      this.reach = make("p", { class: "person", hidden: "" });
      this.showPhone(GIVEN.phone, GIVEN.phone_link);
      // The one place that is announced: that the search begins, then the answer, once.
      this.voice = make("p", { class: "unseen", role: "status" });
      const told = paragraphs([words.notice, words.language].filter(Boolean));
      const notice = make("div", { id: "notice", class: "notice" }, ...told);
      const region = { class: "view", role: "region", "aria-label": words.log, tabindex: "0" };
      this.view = make("div", region, notice, this.log, this.hints, foot());
      this.panel = make(
        framed ? "main" : "dialog",
        { class: "panel", "aria-labelledby": "title", "aria-describedby": framed ? null : "notice" },
        make("div", { class: "band" }, make("div", {}, this.heading, this.reach), !framed && this.#closer()),
        this.view,
        this.#form(),
        this.voice,
      );
      this.panel.addEventListener("keydown", (event) => this.#key(event));
      const corner = framed ? "framed" : options.position === "left" ? "left" : "right";
      const place = { class: `place ${corner}`, lang: language };
      if (framed) return colour(make("div", place, this.panel));
      this.launcher = button("", () => this.#open(true), "launcher");
      this.launcher.setAttribute("aria-haspopup", "dialog");
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.append(icon(BUBBLE), make("span", { text: title }));
      this.panel.addEventListener("close", () => this.#closed());
      // What is typed here is no shortcut of the page.
      for (const name of ["keyup", "keypress"]) this.panel.addEventListener(name, (event) => event.stopPropagation());
      return colour(make("section", { ...place, "aria-label": words.region }, this.launcher, this.panel));
    }

    #closer() {
      const closer = button("", () => this.panel.close(), "closer");
      closer.setAttribute("aria-label", words.close);
      closer.append(icon(CROSS));
      return closer;
    }

    #form() {
      this.box = make("textarea", { id: "box", rows: "2", "aria-describedby": "limit problem" });
      this.sender = make("button", { class: "send", text: words.send });
      this.problem = make("div", { id: "problem", class: "problem", hidden: "" });
      this.limit = make("p", { id: "limit", class: "soft", hidden: "", text: words.limit });
      this.again = button(words.again, () => this.#restart());
      this.again.hidden = true;
      const send = (event) => {
        event.preventDefault();
        this.#ask(this.box.value);
      };
      this.box.addEventListener("input", () => (this.limit.hidden = this.box.value.length < NEAR_LIMIT));
      return make(
        "form",
        { on: { submit: send } },
        this.problem,
        make("p", { class: "over" }, make("label", { for: "box", text: words.label }), this.again),
        make("div", { class: "row" }, this.box, this.sender),
        this.limit,
      );
    }

    showPhone(number, address) {
      if (!number) return;
      this.reach.replaceChildren(`${words.person} `, phone(number, address));
      this.reach.hidden = false;
    }

    // -------------------------------------------------------------- open and closed

    #open(wanted) {
      if (!framed) {
        this.#appear();
        this.launcher.setAttribute("aria-expanded", "true");
        this.launcher.classList.add("away");
      }
      if (wanted) this.#focus();
      if (!this.#asked) this.#suggest();
    }

    /** Over the whole screen of a telephone, the rest of the page out of reach; beside the page on a computer. */
    #appear() {
      if (narrow.matches) this.panel.showModal();
      else this.panel.setAttribute("open", ""); // `show` would take the focus, which nobody may have asked for
    }

    /** Where one goes on: the box, or on a telephone, whose keyboard would cover the page, what was last shown. */
    #focus() {
      const shown = this.log.lastElementChild?.querySelector(".question") ?? this.heading;
      (mouse.matches ? this.box : shown).focus({ preventScroll: true });
    }

    /** The window became narrow or wide. */
    #settle() {
      if (framed || !this.panel.open) return;
      const focused = this.shadowRoot.activeElement;
      this.panel.close();
      this.#appear();
      focused?.focus({ preventScroll: true });
    }

    #closed() {
      if (this.panel.open) return; // it only changed its manner
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.classList.remove("away");
      this.launcher.focus();
    }

    #key(event) {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Escape" && !framed) {
        event.preventDefault();
        this.panel.close();
      } else if (event.key === "Enter" && !event.shiftKey && event.target === this.box) {
        event.preventDefault();
        this.#ask(this.box.value);
      }
    }

    // -------------------------------------------------------------- questions

    async #suggest() {
      this.#asked = true;
      const commune = options.commune?.trim();
      const first = commune ? [askedOf(commune)] : [];
      this.examples = first;
      this.#offer(words.examples, first);
      try {
        const given = await (await call("api/suggestions")).json();
        this.#reached = true;
        this.showPhone(given.phone, given.phone_link);
        this.examples = [...first, ...given.questions.slice(first.length)];
        if (!this.log.hasChildNodes()) this.#offer(words.examples, this.examples);
      } catch (error) {
        this.#asked = false; // asked again when it is opened again
        this.#fail(await this.#reason(error, false));
      }
    }

    #offer(title, questions) {
      const tied = (text) => text.replace(/ (?=[?!:;%»])/g, "\u00a0"); // French punctuation begins no line
      const offered = questions.map((text) => make("li", {}, button(tied(text), () => this.#ask(text), "example")));
      const list = make("ul", { lang: "fr" }, ...offered);
      this.hints.replaceChildren(...(offered.length > 0 ? [make(heading(1), { text: title }), list] : []));
      this.hints.hidden = false;
    }

    async #ask(typed) {
      const question = typed.trim();
      if (this.#pending || !question) return;
      const pending = new AbortController();
      const timer = setTimeout(() => pending.abort(), LONGEST_WAIT);
      this.#pending = pending;
      const turn = this.#begin(question);
      try {
        const reply = await answerTo(question, this.#conversation, pending.signal, (text) => this.#add(turn, text));
        if (this.#pending !== pending) return; // a new conversation was begun meanwhile
        this.#reached = true;
        this.#conversation = reply.conversation;
        this.#show(turn, reply);
      } catch (error) {
        if (this.#pending !== pending) return;
        this.#giveBack(turn, question);
        this.#fail(await this.#reason(error, pending.signal.aborted));
      } finally {
        clearTimeout(timer);
        if (this.#pending === pending) this.#rest();
      }
    }

    /** A question that got no answer goes back to its box, and what was offered before comes back. */
    #giveBack(turn, question) {
      const isHere = this.shadowRoot.activeElement !== null; // else the visitor is elsewhere in the page
      turn.remove();
      this.box.value ||= question;
      this.hints.hidden = false;
      this.again.hidden = !this.log.hasChildNodes();
      if (this.again.hidden) this.#offer(words.examples, this.examples);
      if (isHere) this.#focus();
    }

    /** The question is shown at once, whatever the line. */
    #begin(question) {
      const you = make("span", { class: "unseen", text: `${words.you} ` });
      const text = make(heading(1), { class: "question", tabindex: "-1" }, you, question);
      const turn = make("article", { class: "turn" }, text, make("p", { class: "waiting", text: words.searching }));
      this.log.append(turn);
      this.hints.hidden = true;
      this.problem.hidden = true;
      this.again.hidden = false;
      this.box.value = "";
      this.sender.setAttribute("aria-disabled", "true");
      this.#focus();
      this.#say(words.searching);
      this.#scroll(turn);
      return turn;
    }

    #add(turn, text) {
      const waiting = turn.querySelector(".waiting");
      const sofar = turn.querySelector(".text") ?? make("p", { class: "text", lang: "fr" });
      sofar.append(`${text} `);
      waiting?.before(sofar);
      if (waiting) waiting.textContent = words.writing;
    }

    #rest() {
      this.#pending = null;
      this.sender.removeAttribute("aria-disabled");
    }

    #show(turn, reply) {
      const { shown } = reply;
      const body = make(
        "div",
        { class: `reply ${reply.status}`, lang: "fr" },
        ...paragraphs([shown.understood].filter(Boolean), "soft"),
        make("p", { class: "ending", text: shown.ending }),
        make("div", { class: "text" }, ...paragraphs(shown.paragraphs)),
        ...paragraphs([shown.writer].filter(Boolean), "soft"),
        contact(shown.contact),
        ...shown.groups.map((one) => group(one, reply.writer === "model")),
        links(shown),
      );
      turn.querySelector(".text")?.remove(); // what was said so far
      turn.querySelector(".waiting").replaceWith(body);
      if (reply.id) turn.append(this.#opinion(reply.id), this.#keeper(reply.id));
      this.#offer(words.follow, reply.suggestions);
      this.#say([`${shown.ending} :`, ...shown.paragraphs, shown.writer].join(" "), "fr");
      this.#scroll(turn);
    }

    #scroll(turn) {
      this.view.scrollTo({ top: turn.offsetTop - 8, behavior: calm.matches ? "auto" : "smooth" });
    }

    #say(text, spoken = language) {
      this.voice.lang = spoken;
      this.voice.textContent = text;
    }

    #restart() {
      this.#pending?.abort();
      this.#rest();
      this.#conversation = "";
      this.log.replaceChildren();
      this.problem.hidden = true;
      this.again.hidden = true;
      this.#offer(words.examples, this.examples);
      this.view.scrollTo({ top: 0 });
      this.#say(words.again);
      this.#focus();
    }

    // -------------------------------------------------------------- what goes wrong

    /** The sentence for an error, as a Refused. */
    async #reason(error, isLate) {
      if (error instanceof Refused) return error;
      if (isLate) return new Refused(words.error_late);
      if (error instanceof SyntaxError) return new Refused(words.error_cut);
      return new Refused(!this.#reached && (await answers()) ? words.error_site : words.error_network);
    }

    #fail(refused) {
      const told = make("p", { lang: refused.isService ? "fr" : language, text: refused.message });
      this.problem.replaceChildren(told);
      // What the service itself refuses, its other page refuses too.
      if (!refused.isService) this.problem.append(make("p", {}, link(words.plain_instead, at("question"))));
      this.problem.hidden = false;
      this.#say(refused.message, told.lang);
    }

    // -------------------------------------------------------------- opinions and links

    #opinion(answer) {
      const place = make("div", { class: "opinion" });
      const send = async (useful, comment = "") => {
        try {
          await call("api/feedback", { answer, useful, comment });
        } catch (error) {
          return this.#fail(await this.#reason(error, false));
        }
        const thanks = make("p", { class: "soft", tabindex: "-1", text: words.thanks });
        place.replaceChildren(thanks);
        if (!useful && !comment) this.#askWhy(place, (said) => send(false, said));
        thanks.focus();
        this.#say(words.thanks);
      };
      place.append(button(words.useful, () => send(true)), button(words.useless, () => send(false)));
      return place;
    }

    /** The opinion is noted already: what is added here takes its place. */
    #askWhy(place, send) {
      const comment = make("textarea", { rows: "2", maxlength: "1000" });
      const said = () => comment.value.trim();
      const add = button(words.send_comment, () => (said() ? send(said()) : comment.focus()));
      place.append(make("label", { text: words.comment }, comment), add);
    }

    #keeper(id) {
      const place = make("div", {}, make("p", { text: words.keep_warning }));
      const keep = async () => {
        try {
          const { url } = await (await call("api/answers", { id })).json();
          const address = at(`.${url}`);
          const ready = make("p", { text: words.kept, tabindex: "-1" });
          place.replaceChildren(ready, make("p", { class: "kept" }, link(address, address)));
          ready.focus();
        } catch (error) {
          this.#fail(await this.#reason(error, false));
        }
      };
      place.append(button(words.keep_do, keep));
      return make("details", { class: "keeper" }, make("summary", { text: words.keep }), place);
    }
  }

  // ---------------------------------------------------------------- what the widget needs of the page

  /** A style sheet of our own object, which a page's policy on styles leaves alone. */
  function dress(root) {
    if ("adoptedStyleSheets" in root) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(GIVEN.style);
      root.adoptedStyleSheets = [sheet];
    } else root.append(make("style", { text: GIVEN.style }));
  }

  /** The colour that the site asked for, if white can be read on it. */
  function colour(place) {
    if (!options.color) return place;
    const isReadable = /^#[0-9a-f]{6}$/i.test(options.color) && contrast(options.color) >= 4.5;
    if (isReadable) place.style.setProperty("--accent", options.color);
    else console.warn(words.console_color);
    return place;
  }

  /** Contrast of a colour with white, as WCAG 2 defines it: 1 to 21. */
  function contrast(colour) {
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
  }

  /** The question on a commune: "Rue" → « à Rue », "Le Crotoy" → « au Crotoy ». */
  function askedOf(commune) {
    const [, article, name] = /^(les? )?(.*)$/i.exec(commune);
    const place = { le: words.at_le, les: words.at_les }[article?.trim().toLowerCase()] ?? words.at;
    return words.commune_question.replace("{place}", place.replace("{name}", name));
  }

  /** Whether the service can be reached, even though it gives nothing to this site. */
  async function answers() {
    const asking = fetch(at("api/suggestions"), { mode: "no-cors", credentials: "omit" });
    const tooLong = new Promise((resolve) => setTimeout(resolve, 3_000, false));
    return Promise.race([asking.then(() => true, () => false), tooLong]);
  }

  customElements.define(NAME, Widget);
  const arrive = () => document.body.append(document.createElement(NAME));
  if (document.body) arrive();
  else addEventListener("DOMContentLoaded", arrive);
})();
