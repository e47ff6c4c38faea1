// One tap, or Esc three times: the page is blank at once, and another takes its place. "Back" leads out again.
"use strict";

(() => {
  const form = document.querySelector(".quick-exit");
  const { address } = form.dataset;
  const TIMES = 3;
  const WITHIN = 2000;
  const LEFT = "delphi-left"; // in this tab, until the reader comes in again on purpose
  let pressed = [];
  let gone = false;

  function remember(left) {
    try {
      if (left) sessionStorage.setItem(LEFT, "yes");
      else sessionStorage.removeItem(LEFT);
    } catch {} // a browser that keeps nothing
  }

  function hasLeft() {
    try {
      return sessionStorage.getItem(LEFT) !== null;
    } catch {
      return false;
    }
  }

  function vanish() {
    gone = true;
    document.documentElement.hidden = true;
    document.title = new URL(address).hostname;
    location.replace(address);
  }

  function leave() {
    document.dispatchEvent(new Event("leave")); // what is typed is sent, before the visit ends
    const end = { method: "POST", body: new FormData(form), keepalive: true, credentials: "same-origin" };
    fetch(form.action, end).catch(() => {});
    remember(true);
    vanish();
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
  addEventListener("pageshow", ({ persisted }) => {
    const back = persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (back && hasLeft()) vanish();
    else remember(false);
  });
})();
