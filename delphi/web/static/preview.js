// Fills the frames that show a message; without a script their buttons do.
"use strict";

for (const form of document.querySelectorAll("form[data-preview]")) {
  const button = form.querySelector("button");
  form.requestSubmit(button);
  button.hidden = true;
}
