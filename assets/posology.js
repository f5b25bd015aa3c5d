// What a page can do only with a script: copy, print. Everything else works without one.
"use strict";
document.documentElement.classList.add("has-script");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) { window.print(); return; }
  const from = document.querySelector(button.dataset.copy);
  if (!from) return;
  const said = document.querySelector("#said");
  from.classList.add("is-copying");
  const words = from.innerText.trim();
  from.classList.remove("is-copying");
  navigator.clipboard.writeText(words).then(
    () => { if (said) said.textContent = "Copied."; },
    () => { if (said) said.textContent = "It could not be copied: select the text and copy it by hand."; },
  );
});
document.addEventListener("htmx:after:swap", () => document.querySelector("#headline")?.focus());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".po-cite:hover, .po-cite:focus-within")?.classList.add("is-shut");
});
document.addEventListener("focusin", () => document.querySelectorAll(".is-shut").forEach((one) => one.classList.remove("is-shut")));
