// What changes in a wording, word by word, while it is typed. Without this script a button shows the same.
"use strict";
(() => {
  const MOST = 1_000_000;  // words here times words there; beyond, typing would stutter
  const words = (text) => text.match(/[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*|\s+|[^\p{L}\p{N}_\s]/gu) || [];

  // Longest common subsequence of two lists, as [kind, text] pieces.
  const between = (old, now) => {
    const width = now.length + 1;
    const longest = new Uint16Array((old.length + 1) * width);
    for (let i = old.length - 1; i >= 0; i--)
      for (let j = now.length - 1; j >= 0; j--)
        longest[i * width + j] =
          old[i] === now[j]
            ? longest[(i + 1) * width + j + 1] + 1
            : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    const pieces = [];
    let i = 0;
    let j = 0;
    while (i < old.length || j < now.length) {
      if (i < old.length && j < now.length && old[i] === now[j]) pieces.push(["same", now[(i++, j++)]]);
      else if (i < old.length && (j === now.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1]))
        pieces.push(["removed", old[i++]]);
      else pieces.push(["added", now[j++]]);
    }
    return pieces;
  };

  const difference = (before, after) => {
    const old = words(before);
    const now = words(after);
    let start = 0;
    while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
    let end = 0;
    while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
    const middle = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
    const pieces =
      middle[0].length * middle[1].length > MOST
        ? [["removed", middle[0].join("")], ["added", middle[1].join("")]]
        : between(...middle);
    return [["same", now.slice(0, start).join("")], ...pieces, ["same", now.slice(now.length - end).join("")]];
  };

  // Neighbours of one kind are one piece.
  const joined = (pieces) => {
    const found = [];
    for (const [kind, text] of pieces) {
      if (!text) continue;
      if (found.at(-1)?.[0] === kind) found.at(-1)[1] += text;
      else found.push([kind, text]);
    }
    return found;
  };

  const mark = (kind, text, shown) => {
    if (kind === "same") return document.createTextNode(text);
    const made = document.createElement(kind === "added" ? "ins" : "del");
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = `${shown.dataset[kind]} `;
    made.append(said, text);
    return made;
  };

  for (const field of document.querySelectorAll(".reword textarea[data-was]")) {
    const shown = field.parentElement.querySelector(".changed");
    const update = () => {
      shown.hidden = field.value === field.dataset.was;
      const pieces = shown.hidden ? [] : joined(difference(field.dataset.was, field.value));
      shown.replaceChildren(...pieces.map(([kind, text]) => mark(kind, text, shown)));
    };
    field.addEventListener("input", update);
    update();
  }
})();
