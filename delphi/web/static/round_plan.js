// While items are ticked, says at once how many each panel would be asked and how long that takes.
"use strict";

for (const box of document.querySelectorAll("[data-effort]")) {
  const form = box.closest("form");
  const seconds = Number(box.dataset.seconds);

  const count = () => {
    const ticked = [...form.querySelectorAll("[name=items]:checked")].map((one) => one.dataset.panels.split(" ").filter(Boolean));
    for (const line of box.querySelectorAll("[data-panel]")) {
      const items = ticked.filter((panels) => !panels.length || panels.includes(line.dataset.panel)).length;
      line.textContent = line.dataset.text.replace("{items}", items).replace("{minutes}", Math.ceil(items * seconds / 60));
    }
  };

  form.addEventListener("change", (event) => { if (event.target.name === "items") count(); });
  count();
}
