// Draws each figure in the page from its specification, in place of the picture that stands there without scripts.
// `ast` makes Vega interpret its expressions instead of compiling them, which the page's policy would refuse.
"use strict";

const OPTIONS = {
  ast: true,
  actions: false,
  renderer: "svg",
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};

for (const box of document.querySelectorAll("[data-figure]")) {
  const picture = box.querySelector("img");
  const drawing = document.createElement("div");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", picture.alt);
  box.append(drawing);
  vegaEmbed(drawing, box.dataset.figure, OPTIONS).then(
    () => {
      // Its label and the table say what it shows; its hundreds of marks would be read out one by one.
      drawing.querySelector("svg").setAttribute("aria-hidden", "true");
      picture.hidden = true;
      box.dataset.drawn = "yes";
    },
    () => drawing.remove(),
  );
}
