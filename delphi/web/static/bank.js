// The item bank: items are dragged, or moved with the arrow keys on their handle, within their domain.
// Each move is saved at once as "after this item", so that two tabs never undo each other's order.
"use strict";
(() => {
  const form = document.getElementById("ticked");
  if (!form) return;
  const said = document.getElementById("order-said");
  const count = document.getElementById("ticked-count");
  const all = document.getElementById("tick-all");
  const boxes = () => [...form.querySelectorAll("input[name=item]")];

  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    count.textContent = count.dataset.text.replace("#", ticked);
  };
  form.addEventListener("change", tell);
  all.hidden = false;
  all.addEventListener("click", () => {
    const some = boxes().some((box) => !box.checked);
    boxes().forEach((box) => { box.checked = some; });
    tell();
  });
  tell();

  let waiting = Promise.resolve();
  const save = (row) => {
    const before = row.previousElementSibling;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("after", before ? before.dataset.item : "");
    waiting = waiting.then(async () => {
      let kept = false;
      try {
        const answer = await fetch(`${form.dataset.order}/${row.dataset.item}/move`,
          { method: "POST", body, headers: { Accept: "application/json" } });
        kept = answer.ok && (await answer.json()).saved === true;
      } catch { kept = false; }
      said.textContent = "";
      said.textContent = kept ? form.dataset.saved : form.dataset.failed;
      said.classList.toggle("visually-hidden", kept);
      said.classList.toggle("error", !kept);
    });
  };

  form.querySelectorAll(".handle").forEach((handle) => {
    const row = handle.closest("li");
    handle.hidden = false;
    handle.addEventListener("keydown", (event) => {
      const up = event.key === "ArrowUp";
      if (!up && event.key !== "ArrowDown") return;
      event.preventDefault();
      const beside = up ? row.previousElementSibling : row.nextElementSibling;
      if (!beside) return;
      if (up) beside.before(row); else beside.after(row);
      handle.focus();
      save(row);
    });
    handle.addEventListener("pointerdown", () => { row.draggable = true; });
    handle.addEventListener("pointerup", () => { row.draggable = false; });
    row.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.item);
      row.classList.add("dragged");
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.classList.remove("dragged");
      save(row);
    });
  });

  form.addEventListener("dragover", (event) => {
    const dragged = form.querySelector("li.dragged");
    const over = event.target.closest("li[data-item]");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
  });
  form.addEventListener("drop", (event) => {
    if (form.querySelector("li.dragged")) event.preventDefault();
  });
})();
