// Keys on the consensus board. Without this script the same is done with links, boxes and buttons.
"use strict";
(() => {
  const form = document.getElementById("confirm");
  const dialog = document.querySelector("dialog.keys");
  const opener = document.querySelector(".keys-button");
  const links = [...document.querySelectorAll(".board .statement-cell a")];
  const SWITCH = "delphi-board-keys";
  const on = document.getElementById("keys-on");

  const remembered = (value) => {
    try {
      if (value !== undefined) localStorage.setItem(SWITCH, value ? "on" : "off");
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return value !== false;  // storage may be closed to us
    }
  };

  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  on.checked = remembered();
  on.addEventListener("change", () => remembered(on.checked));

  const here = () => links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const go = (place) => {
    const link = links[Math.max(0, Math.min(place, links.length - 1))];
    if (!link) return;
    link.focus({ preventScroll: true });
    link.closest("tr").scrollIntoView({ block: "center" });
  };
  const box = (place) => links[place]?.closest("tr").querySelector("input[name=item]");

  // Only this item: what is ticked elsewhere waits.
  const follow = (place) => {
    const own = box(place);
    if (!own || !form) return;
    const next = links[place + 1] || links[place];
    form.elements.at.value = next.id.replace("item-", "");
    for (const other of form.querySelectorAll("input[name=item]")) other.checked = other === own;
    form.requestSubmit();
  };
  const tick = (place) => {
    const own = box(place);
    if (own) own.checked = !own.checked;
  };

  const typing = (target) =>
    target.closest("select, textarea, dialog, [contenteditable], input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    const place = here();
    const actions = {
      j: () => go(place + 1),
      k: () => go(place < 0 ? 0 : place - 1),
      ArrowDown: place >= 0 && (() => go(place + 1)),
      ArrowUp: place >= 0 && (() => go(place - 1)),
      f: place >= 0 && (() => follow(place)),
      x: place >= 0 && (() => tick(place)),
      "?": () => dialog.showModal(),
    };
    const action = actions[event.key];
    if (!action || (event.key !== "?" && !on.checked)) return;
    event.preventDefault();
    action();
  });
})();
