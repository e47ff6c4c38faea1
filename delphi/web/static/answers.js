// Saves each answer as it is given. "All changes saved" is shown only when the server has said so for every one.
"use strict";

(() => {
  const form = document.querySelector("form[data-answers]");
  const pill = document.getElementById("status");
  const trouble = document.getElementById("trouble");
  const meta = document.querySelector("meta[name=csrf-token]");
  const PAUSE_IN_TYPING = 800;
  const LONGEST_WAIT = 30000;

  const waiting = new Map(); // field -> value not saved yet; the latest value of a field wins
  const typing = new Map(); // field -> timer of a comment being written
  const refused = new Set(); // fields whose last value the server would not take
  let busy = false; // one request at a time, so that answers arrive in order
  let stopped = false; // the round is closed: nothing more can be saved
  let tries = 0;
  let timer = null;
  let leaving = null; // the button that sent the form while answers were still on their way

  // Fields.

  const was = (field) => form.elements["was-" + field];

  function valueOf(field) {
    const control = form.elements[field]; // a list of radios, or a text area
    return field.startsWith("r-") ? control.value.replace("keep-", "") : control.value;
  }

  function body(field, value) {
    const [kind, item, criterion] = field.split(/-(\d+)-?/);
    const place = { round: Number(form.dataset.round), item: Number(item) };
    if (kind === "c") return { ...place, comment: value };
    const point = /^\d+$/.test(value) ? Number(value) : null;
    return { ...place, criterion, point, unable: value === "unable" };
  }

  // Saving.

  function changed(field) {
    clearTimeout(typing.get(field));
    typing.delete(field);
    const value = valueOf(field);
    if (!waiting.has(field) && was(field).value === value) return;
    waiting.set(field, value);
    show();
    send();
  }

  async function send() {
    if (busy || stopped || !waiting.size) return;
    clearTimeout(timer);
    busy = true;
    const [field, value] = waiting.entries().next().value;
    show();
    await settle(field, value, await post(field, value));
    busy = false;
    show();
    if (timer === null) send();
    if (!waiting.size || stopped) goOn();
  }

  async function post(field, value, keepalive = false) {
    try {
      const answer = await fetch(form.dataset.answers, {
        method: "POST", keepalive, credentials: "same-origin", redirect: "error",
        headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": meta.content },
        body: JSON.stringify(body(field, value)),
      });
      return { status: answer.status, ...(await answer.json()) };
    } catch {
      return { status: 0 };
    }
  }

  async function settle(field, value, answer) {
    timer = null;
    if (answer.status === 200 && answer.saved) {
      tries = 0;
      was(field).value = value;
      if (waiting.get(field) === value) waiting.delete(field);
      if (!refused.size) say("");
    } else if (answer.status === 409) {
      stopped = true;
      say(answer.message);
    } else if (answer.status >= 400 && answer.status < 500 && ![401, 408, 429].includes(answer.status)) {
      refuse(field, answer.message);
    } else {
      if (answer.csrf) meta.content = answer.csrf;
      if (answer.status === 401) say(answer.message);
      timer = setTimeout(again, Math.min(LONGEST_WAIT, 1000 * 2 ** tries++));
    }
  }

  // The server will not take this value; the next change of the field is tried afresh.
  function refuse(field, message) {
    waiting.delete(field);
    refused.add(field);
    say(message);
  }

  function again() {
    timer = null;
    send();
  }

  // What the reader sees of it.

  function show() {
    const unsaved = waiting.size || typing.size;
    const state = stopped || refused.size ? "stopped" : tries ? "trouble" : unsaved ? "saving" : "saved";
    pill.className = "status-pill" + { stopped: " trouble", trouble: " trouble", saving: " waiting", saved: "" }[state];
    if (pill.textContent !== pill.dataset[state]) pill.textContent = pill.dataset[state];
  }

  function say(message) {
    if (trouble.textContent === message) return;
    trouble.textContent = message;
    trouble.hidden = !message;
    if (message) trouble.setAttribute("role", "alert");
  }

  // Cards.

  function refresh(question) {
    const value = valueOf(question.id);
    question.querySelector("[data-clear]").hidden = !value;
    const moved = question.querySelector(".moved");
    if (!moved) return;
    moved.hidden = !/^\d+$/.test(value) || value === question.dataset.before;
    if (!moved.hidden) moved.textContent = moved.dataset.text.replace("{new}", value);
  }

  const questions = [...form.querySelectorAll("fieldset.question")];
  const cards = [...form.querySelectorAll(".item-card")];
  const far = document.querySelector(".how-far");
  const isDone = (card) => [...card.querySelectorAll("fieldset.question")].every((question) => valueOf(question.id));
  const elsewhere = Number(far.dataset.done) - cards.filter(isDone).length;

  function progress() {
    const done = elsewhere + cards.filter(isDone).length;
    far.querySelector("progress").value = done;
    far.querySelector("[data-rated-text]").textContent = far.dataset.rated.replace("{done}", done);
    if (done === Number(far.dataset.total)) far.querySelector("[data-minutes-left]")?.remove();
  }

  function count(text) {
    const counter = form.querySelector(`[data-count-of="${text.id}"]`);
    counter.textContent = text.value ? counter.dataset.text.replace("{count}", text.value.length) : "";
  }

  // Events.

  form.addEventListener("change", ({ target }) => {
    refused.delete(target.name);
    if (target.type === "radio") {
      refresh(target.closest("fieldset.question"));
      progress();
    }
    if (target.name) changed(target.name);
  });

  form.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement)) return;
    count(target);
    refused.delete(target.name);
    clearTimeout(typing.get(target.name));
    typing.set(target.name, setTimeout(changed, PAUSE_IN_TYPING, target.name));
    show();
  });

  form.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-clear]")) return;
    const question = target.closest("fieldset.question");
    const radios = [...question.querySelectorAll("input[type=radio]")];
    for (const radio of radios) radio.checked = false;
    radios[0].focus();
    refresh(question);
    progress();
    changed(question.id);
  });

  form.addEventListener("submit", (event) => {
    flush();
    if (waiting.size && !stopped) {
      event.preventDefault();
      leaving = event.submitter;
      send();
    }
  });

  function goOn() {
    if (leaving === null) return;
    const button = leaving;
    leaving = null;
    waiting.clear();
    form.requestSubmit(button);
  }

  function flush() {
    for (const field of [...typing.keys()]) changed(field);
  }

  addEventListener("beforeunload", (event) => {
    if (waiting.size || typing.size) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    flush();
    for (const [field, value] of waiting) post(field, value, true);
  });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : again()));

  for (const question of questions) refresh(question);
  for (const text of form.querySelectorAll("textarea")) count(text);
})();
