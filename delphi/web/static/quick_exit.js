// One tap, or Esc three times: the page is blank at once, and another takes its place in the history.
"use strict";

(() => {
  const form = document.querySelector(".quick-exit");
  const TIMES = 3;
  const WITHIN = 2000;
  let pressed = [];
  let gone = false;

  function leave() {
    gone = true;
    document.documentElement.hidden = true;
    document.title = new URL(form.dataset.address).hostname;
    document.dispatchEvent(new Event("leave")); // what is typed is sent, before the visit ends
    const sent = { method: "POST", body: new FormData(form), keepalive: true, credentials: "same-origin" };
    fetch(form.action, sent).catch(() => {});
    location.replace(form.dataset.address);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });

  addEventListener("keydown", ({ key, timeStamp }) => {
    pressed = key === "Escape" ? [...pressed.filter((time) => timeStamp - time < WITHIN), timeStamp] : [];
    if (pressed.length === TIMES) leave();
  }, true);

  // No question about unsaved answers may hold the reader back.
  addEventListener("beforeunload", (event) => gone && event.stopImmediatePropagation(), true);
  addEventListener("pageshow", ({ persisted }) => persisted && gone && location.replace(form.dataset.address));
})();
