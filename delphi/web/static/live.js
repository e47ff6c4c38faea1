// Fetches the page anew while its round is open, and puts in what has [data-live]. Rests while nobody looks.
"use strict";

(() => {
  const EVERY = 30_000;
  const shown = document.querySelector("[data-live]");
  if (!shown) return;

  async function refresh() {
    if (document.hidden || shown.contains(document.activeElement)) return;
    let answer;
    try {
      answer = await fetch(location.href.split("#")[0], { headers: { Accept: "text/html" } });
    } catch {
      return; // no connection: the next turn tries again
    }
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!fresh) return location.reload(); // the round has closed
    for (const details of shown.querySelectorAll("details[open]")) {
      const same = fresh.querySelector(`#${details.id}`);
      if (same) same.open = true;
    }
    shown.replaceChildren(...fresh.childNodes);
  }

  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
