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

const ROOM_FOR_TWO = 640; // px
const BESIDE_CHART = 90; // px: the axis, its title and numbers

// Charts side by side stand one below the other where there is no room for both.
function fitted(figure, width) {
  if (!figure.hconcat || width >= ROOM_FOR_TWO) return figure;
  const { hconcat, ...rest } = figure;
  const narrow = (chart) => ({ ...chart, width: Math.min(chart.width, width - BESIDE_CHART) });
  return { ...rest, vconcat: hconcat.map(narrow) };
}

async function draw(drawing, address, width) {
  const figure = await (await fetch(address)).json();
  return vegaEmbed(drawing, fitted(figure, width), OPTIONS);
}

for (const box of document.querySelectorAll("[data-figure]")) {
  const picture = box.querySelector("img");
  const drawing = document.createElement("div");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", picture.alt);
  box.append(drawing);
  draw(drawing, box.dataset.figure, box.clientWidth).then(
    () => {
      // Its label and the table say what it shows; its hundreds of marks would be read out one by one.
      drawing.querySelector("svg").setAttribute("aria-hidden", "true");
      picture.hidden = true;
      box.dataset.drawn = "yes";
    },
    () => drawing.remove(),
  );
}
