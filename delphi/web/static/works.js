// Tells how far long work is, every two seconds while somebody looks; when one ends, its part of the page is fetched anew.
"use strict";

(() => {
  const EVERY = 2_000;
  const part = document.querySelector("[data-works]");
  if (!part) return;
  const shown = () => [...part.querySelectorAll("[data-work]")];

  async function fetched(address, type) {
    try {
      const answer = await fetch(address, { headers: { Accept: type } });
      return answer.ok && !answer.redirected ? answer : null;
    } catch {
      return null; // no connection: the next turn tries again
    }
  }

  async function renew() {
    const answer = await fetched(location.href.split("#")[0], "text/html");
    if (!answer) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-works]");
    if (fresh) part.replaceChildren(...fresh.childNodes);
    else part.replaceChildren(ended()); // what was ticked on the page meanwhile stays
    hideLinks();
  }

  function ended() {
    const told = part.querySelector("[data-ended]");
    told.hidden = false;
    return told;
  }

  async function look() {
    if (document.hidden || !shown().length) return;
    const answer = await fetched(part.dataset.works, "application/json");
    if (!answer) return;
    const now = await answer.json();
    if (shown().some((one) => !(one.dataset.work in now))) return renew();
    for (const one of shown()) {
      const { done, total, words } = now[one.dataset.work];
      const bar = one.querySelector("progress");
      if (total) Object.assign(bar, { max: total, value: done });
      else bar.removeAttribute("value");
      const said = one.querySelector("[data-words]");
      if (said.textContent !== words) said.textContent = words;
    }
  }

  function hideLinks() {
    for (const link of part.querySelectorAll("[data-look-again]")) link.hidden = true;
  }

  async function turn() {
    await look();
    setTimeout(turn, EVERY);
  }

  hideLinks();
  setTimeout(turn, EVERY);
  document.addEventListener("visibilitychange", look);
})();
