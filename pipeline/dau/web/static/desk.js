// Keys of the document page. Everything they do is a link or a button of the page: without this file it all works by hand.
"use strict";

(function () {
  const find = (selector) => document.querySelector(selector);
  const go = (link) => { if (link) window.location.assign(link.getAttribute("href")); };
  const press = (button) => { if (button) button.click(); };

  function walk(step) {
    const stops = Array.from(document.querySelectorAll("#stops a")).map((a) => a.getAttribute("href"));
    if (!stops.length) return;
    const asked = new URLSearchParams(window.location.search);
    const here = stops.findIndex((address) => {
      const wanted = new URL(address, window.location.href).searchParams;
      return ["doubt", "word"].some((name) => wanted.get(name) && wanted.get(name) === asked.get(name));
    });
    const next = here < 0 ? (step > 0 ? 0 : stops.length - 1) : (here + step + stops.length) % stops.length;
    window.location.assign(stops[next]);
  }

  function edit() {
    const input = find("#panel [data-edit]");
    if (input) { input.focus(); input.select(); } else go(find("#panel [data-edit-link]"));
  }

  // The word or line that the keys go on from: the one with the focus, else the one that is chosen, else none.
  function here() {
    const focused = document.activeElement.closest(".lines a.word, .lines a.at");
    return focused || find(".lines a.word.chosen") || find(".lines .line.chosen a.at");
  }

  function step(list, by, from) {
    const at = list.indexOf(from);
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  function word(by) {
    const from = here();
    const words = Array.from(document.querySelectorAll(".lines a.word"));
    if (from && from.matches("a.at")) {  // a line: its own first word, or the last one before it
      const first = words.indexOf(from.closest(".line").querySelector("a.word"));
      step(words, by, words[by > 0 ? first - 1 : first]);
    } else step(words, by, from);
  }

  function line(by) {
    const from = here();
    const lines = Array.from(document.querySelectorAll(".lines .line"));
    step(lines.map((each) => each.querySelector("a.word")), by, from && from.closest(".line").querySelector("a.word"));
  }

  function boundary() {
    const from = here();
    go((from ? from.closest(".line") : document).querySelector(".lines a.at, a.at"));
  }

  const keys = {
    w: () => word(1), W: () => word(-1), l: () => line(1), L: () => line(-1), b: boundary,
    j: () => walk(1), k: () => walk(-1), e: edit,
    n: () => go(find("[data-page='1']")), p: () => go(find("[data-page='-1']")),
    u: () => press(find("[data-undo]")),
    Enter: () => press(find("#panel [data-accept]")),
    "?": () => { const table = find("#keys"); if (table) { table.open = !table.open; table.scrollIntoView(); } },
  };

  function typing(element) {
    return element.closest("input, textarea, select, button, a, summary") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select");
    if (field) {
      if (event.key === "Escape") { field.blur(); event.preventDefault(); }
      if (event.key === "Enter" && field.matches("input[data-edit]")) {  // what was typed is meant, not the first button
        event.preventDefault();
        press(field.form.querySelector("[data-correct]"));
      }
      return;
    }
    if (event.key === "Enter" && typing(event.target)) return;  // the link or button that has the focus
    const choice = /^[1-9]$/.test(event.key) && find(`#panel [data-choice='${event.key}']`);
    const action = choice ? () => press(choice) : keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  document.addEventListener("click", (event) => {
    const box = event.target.closest("rect[data-word]");
    if (box) go(document.getElementById(box.dataset.word));
  });

  const pair = (key, on) => {
    for (const each of [document.getElementById(key), find(`rect[data-word='${CSS.escape(key)}']`)]) {
      if (each) each.classList.toggle("pointed", on);
    }
  };
  for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const place = event.target.closest && event.target.closest("rect[data-word], a.word");
      if (place) pair(place.dataset.word || place.id, on);
    });
  }

  const chosen = find(".lines .chosen"), box = find(".lines");
  if (chosen && box.scrollHeight > box.clientHeight) {  // within its box: the page stays where what is chosen stands
    box.scrollTop += chosen.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
  for (const form of document.querySelectorAll("form")) {  // one press, one event
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
})();
