// The webmasters' page: a button under each example, which copies it. Its words come with its tag.
(() => {
  "use strict";
  const { copy, copied, selected } = document.currentScript.dataset;
  const voice = document.querySelector("#copie");

  function tell(button, text) {
    button.textContent = text;
    voice.textContent = text;
  }

  for (const code of document.querySelectorAll(".code code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = copy;
    button.setAttribute("aria-description", code.parentElement.getAttribute("aria-label"));
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        tell(button, copied);
      } catch {
        getSelection().selectAllChildren(code); // no permission, or an address without https
        tell(button, selected);
      }
    });
    code.parentElement.after(button);
  }
})();
