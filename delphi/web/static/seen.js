// Tells which cards have been on screen for a second or more, each once. Nothing waits for it, and nothing is shown.
"use strict";

(() => {
  const form = document.querySelector("form[data-seen]");
  const meta = document.querySelector("meta[name=csrf-token]");
  if (!form || !("IntersectionObserver" in window)) return;
  const LONG_ENOUGH = 1000;
  const TOGETHER = 2000; // those seen within this time are told of at once

  const watched = new Map(); // card -> timer while it is on screen
  let untold = [];
  let sending = null;

  // Half of the card, or half of the screen where the card is taller.
  const fills = ({ intersectionRatio, intersectionRect }) =>
    intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2;

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const card = entry.target;
      clearTimeout(watched.get(card));
      watched.delete(card);
      if (fills(entry)) watched.set(card, setTimeout(note, LONG_ENOUGH, card));
    }
  }, { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] });

  function note(card) {
    if (document.hidden) return;
    observer.unobserve(card);
    untold.push(Number(card.dataset.item));
    sending ??= setTimeout(tell, TOGETHER);
  }

  async function tell() {
    clearTimeout(sending);
    sending = null;
    const items = untold;
    untold = [];
    if (!items.length) return;
    try {
      await fetch(form.dataset.seen, {
        method: "POST", keepalive: true, credentials: "same-origin", redirect: "error",
        headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": meta.content },
        body: JSON.stringify({ owner: form.elements.owner.value, round: Number(form.dataset.round), items }),
      });
    } catch {
      untold = [...items, ...untold]; // no connection: told with the next card, or on leaving
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return tell();
    for (const card of watched.keys()) {
      observer.unobserve(card);
      observer.observe(card);
    }
  });
  addEventListener("pagehide", tell);
  addEventListener("online", tell);
  for (const card of form.querySelectorAll(".item-card")) observer.observe(card);
})();
