// A page of cards: gives each answer to the queue as it is made, and shows what counts. "All changes saved" stands
// there only when nothing waits any more.
"use strict";

(() => {
  const { close, condition, current, isClosed, listen, put, send, waiting, justKept } = window.answerQueue;

  const form = document.querySelector("form[data-round]");
  const pill = document.getElementById("status");
  const announcer = document.getElementById("announcer");
  const round = Number(form.dataset.round);
  const PAUSE_IN_TYPING = 800;
  const LOOK_EVERY = 30000;

  const typing = new Map(); // field -> timer of a text being written
  const ours = new Set(); // keys of changes that this page shows
  const offered = new Map(); // field -> another text that counts, while the reader writes in this one
  let touched = false;
  let leaving = null; // the button that sent the form while answers were still on their way

  // Fields: `r-<item>-<criterion>` with its `u-` and `m-`, `c-<item>` with its `k-`.

  const control = (name) => form.elements[name];
  const was = (field) => control(`was-${field}`);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const normal = (text) => text.replace(/\r\n/g, "\n").normalize("NFC").trim();

  /** The answer a field holds; with "was-" the one that was saved. */
  function answer(field, prefix = "") {
    const [kind, item, criterion] = field.split(/-(\d+)-?/);
    const text = (part) => normal(control(prefix + part + field.slice(1))?.value ?? "");
    if (kind === "c") {
      const comment = text("c");
      return { item: Number(item), comment, kind: comment && control(prefix + "k" + field.slice(1)).value };
    }
    const value = control(prefix + field).value.replace("keep-", "");
    const point = /^\d+$/.test(value) ? Number(value) : null;
    const unable = value === "unable";
    return {
      item: Number(item), criterion, point, unable,
      unable_reason: unable ? text("u") : "", moved_because: point === null ? "" : text("m"),
    };
  }

  /** As the server tells it, in the shape of `answer`. */
  const shape = (now) =>
    "comment" in now
      ? { item: now.item, comment: now.comment, kind: now.kind }
      : {
          item: now.item, criterion: now.criterion, point: now.point, unable: now.unable,
          unable_reason: now.unable_reason, moved_because: now.moved_because,
        };
  const fieldOf = (now) => ("comment" in now ? `c-${now.item}` : `r-${now.item}-${now.criterion}`);
  const valueOf = (now) => (now.unable ? "unable" : String(now.point ?? ""));
  const ownerOf = (target) => target.name?.replace(/^[rum]-/, "r-").replace(/^[ck]-/, "c-");

  /** Note an answer as the saved one. */
  function remember(field, now) {
    const set = (part, text) => {
      const hidden = control(`was-${part}${field.slice(1)}`);
      if (hidden) hidden.value = text;
    };
    if ("comment" in now) {
      set("c", now.comment);
      set("k", now.kind);
    } else {
      set("r", valueOf(now));
      set("u", now.unable_reason);
      set("m", now.moved_because);
    }
    was(field).dataset.at = now.at;
  }

  /** Put an answer into the controls. */
  function display(field, now) {
    const set = (part, text) => {
      const shown = control(part + field.slice(1));
      if (shown) shown.value = text;
    };
    if ("comment" in now) {
      set("c", now.comment);
      set("k", now.kind);
      count(control(field));
      return;
    }
    const value = valueOf(now);
    const radios = [...form.querySelectorAll(`input[name="${field}"]`)];
    if (control(field).value.replace("keep-", "") !== value) for (const radio of radios) radio.checked = radio.value === value;
    if (now.unable) set("u", now.unable_reason);
    if (now.point !== null) set("m", now.moved_because);
    refresh(document.getElementById(field));
    progress();
  }

  // Saving.

  const pending = (field) => waiting().findLast((entry) => entry.round === round && entry.field === field);
  const pendingHere = () => waiting().some((entry) => entry.round === round && !entry.refused && control(entry.field));

  function changed(field) {
    clearTimeout(typing.get(field));
    typing.delete(field);
    touched = true;
    const given = answer(field);
    const before = pending(field)?.change ?? answer(field, "was-");
    if (same(given, before)) return showState();
    note(field);
    ours.add(put(field, round, given, was(field).dataset.at ?? null));
  }

  function flush() {
    for (const field of [...typing.keys()]) changed(field);
  }

  listen((news) => {
    if (news.round === round && control(news.field)) {
      if (news.refused) note(news.field, news.refused, "error");
      else if (ours.has(news.key) && !news.newer) remember(news.field, news.now);
      else arrived(news.field, news.now);
    }
    showState();
    goOn();
  });

  /** An answer that was given on another page or device. */
  function arrived(field, now) {
    if (Date.parse(was(field).dataset.at) > Date.parse(now.at)) return; // old news
    const shown = answer(field);
    remember(field, now);
    // Only what this page gave: the storage of another tab is seen here a moment late.
    if (ours.has(pending(field)?.key) || same(shown, shape(now))) return;
    if (writing(field)) return offer(field, now);
    display(field, now);
    const told = "comment" in now ? form.dataset.changed : form.dataset.changedTo.replace("{answer}", inWords(now));
    note(field, told);
    announcer.textContent = told;
  }

  const inWords = (now) => (now.unable ? form.dataset.unable : String(now.point ?? form.dataset.none));

  const writing = (field) =>
    typing.has(field) || (document.activeElement?.matches("textarea, input[type=text]") && ownerOf(document.activeElement) === field);

  /** Not over what the reader is writing: the other text is shown beside it. Leaving the field unchanged takes it. */
  function offer(field, now) {
    offered.set(field, now);
    const text = "comment" in now ? now.comment : inWords(now);
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "small", textContent: form.dataset.take });
    button.addEventListener("click", () => {
      offered.delete(field);
      display(field, now);
      changed(field);
      note(field);
      control(field).focus?.();
    });
    const told = form.dataset.other.replace("{text}", () => text);
    note(field, told, "", button);
    announcer.textContent = told;
  }

  async function look() {
    if (document.hidden || isClosed(round)) return;
    const items = [...new Set(cards.map((card) => card.dataset.item))];
    const found = await current(round, items);
    if (!found) return;
    if (!found.open) return close(round, form.dataset.closed);
    for (const now of found.answers) {
      const field = fieldOf(now);
      if (control(field)) arrived(field, now);
    }
  }

  // What the reader sees of it.

  function showState() {
    const states = { trouble: "trouble", ended: "trouble", closed: "stopped", refused: "stopped" };
    const kind = condition();
    if (!touched && kind === "saved" && !pill.textContent) return;
    const shown = states[kind] ?? (typing.size ? "saving" : kind);
    pill.className = "status-pill" + { stopped: " trouble", trouble: " trouble", saving: " waiting", saved: "" }[shown];
    if (pill.textContent !== pill.dataset[shown]) pill.textContent = pill.dataset[shown];
  }

  /** A few words by a field, or none. */
  function note(field, text = "", kind = "", ...more) {
    const place = document.getElementById(field).closest(".question, .own-comment");
    place.querySelector(".elsewhere")?.remove();
    if (!text) return;
    const line = document.createElement("p");
    line.className = `elsewhere ${kind || "small"}`;
    line.append(text, " ", ...more);
    place.append(line);
  }

  function refresh(question) {
    question.querySelector("[data-clear]").hidden = !control(question.id).value;
  }

  const questions = [...form.querySelectorAll("fieldset.question")];
  const cards = [...form.querySelectorAll(".item-card")];
  const far = document.querySelector(".how-far");
  const isDone = (card) => [...card.querySelectorAll("fieldset.question")].every((question) => control(question.id).value);
  const elsewhere = Number(far.dataset.done) - cards.filter(isDone).length;

  function progress() {
    const done = elsewhere + cards.filter(isDone).length;
    far.querySelector("progress").value = done;
    far.querySelector("[data-rated-text]").textContent = far.dataset.rated.replace("{done}", done);
    if (done === Number(far.dataset.total)) far.querySelector("[data-minutes-left]")?.remove();
  }

  function count(text) {
    const counter = form.querySelector(`[data-count-of="${text.id}"]`);
    if (counter) counter.textContent = text.value ? counter.dataset.text.replace("{count}", text.value.length) : "";
  }

  // Events.

  const isText = (target) => target.matches("textarea, input[type=text]");

  form.addEventListener("change", ({ target }) => {
    if (target.type === "radio") {
      refresh(target.closest("fieldset.question"));
      progress();
    }
    const field = ownerOf(target);
    if (/^[rc]-\d/.test(field) && !offered.has(field)) changed(field);
  });

  form.addEventListener("input", ({ target }) => {
    if (!isText(target)) return;
    const field = ownerOf(target);
    count(target);
    offered.delete(field);
    touched = true;
    clearTimeout(typing.get(field));
    typing.set(field, setTimeout(changed, PAUSE_IN_TYPING, field));
    showState();
  });

  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    const field = isText(target) ? ownerOf(target) : null;
    if (!offered.has(field) || relatedTarget?.closest(".elsewhere")) return;
    display(field, offered.get(field));
    offered.delete(field);
    note(field, form.dataset.changed);
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
    if (isClosed(round) || !pendingHere()) return;
    event.preventDefault();
    leaving = event.submitter;
    send();
  });

  function goOn() {
    if (leaving === null) return;
    const button = leaving;
    if (["trouble", "ended"].includes(condition())) leaving = null; // the page stays, so that nothing moves later by itself
    else if (isClosed(round) || !pendingHere()) {
      leaving = null;
      form.requestSubmit(button);
    }
  }

  // Browsers bring only the line with the caret into view; the whole box is not to lie under the bar at the bottom.
  form.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLTextAreaElement) target.scrollIntoView({ block: "nearest" });
  });
  addEventListener("pagehide", flush);
  document.addEventListener("leave", flush); // the quick exit
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : look()));
  setInterval(look, LOOK_EVERY);

  // What was given while this script was still on its way, which on a slow connection takes a while.
  const asSent = (target) => {
    if (target.type === "radio") return target.checked === target.defaultChecked;
    if (target.type !== "select-one") return target.value === target.defaultValue;
    return target.selectedIndex === Math.max(0, [...target.options].findIndex((option) => option.defaultSelected));
  };
  const touchedEarly = [...form.elements].filter((target) => target.name && target.type !== "hidden" && !asSent(target));
  const early = new Set(touchedEarly.map(ownerOf).filter((field) => /^[rc]-\d/.test(field)));

  for (const entry of waiting()) {
    if (entry.round !== round || !control(entry.field) || early.has(entry.field)) continue;
    ours.add(entry.key);
    touched = true;
    display(entry.field, entry.change);
    if (entry.refused) note(entry.field, entry.refused, "error");
  }
  for (const question of questions) refresh(question);
  for (const text of form.querySelectorAll("textarea")) count(text);
  for (const field of early) changed(field);
  showState();
  if (justKept()) look();
})();
