// Answers wait on this device until the server has said that it keeps them: also when the page is closed, or the
// connection is lost. What waits belongs to one expert (`owner`) and is never sent under another one's visit.

"use strict";

window.answerQueue = (() => {
  const banner = document.getElementById("waiting");
  const line = banner.querySelector("[role=status]");
  const meta = document.querySelector("meta[name=csrf-token]");
  const { owner, answers: address } = banner.dataset;

  const PREFIX = `delphi-answers-${owner}-`;
  const KEPT_AT = `delphi-kept-${owner}`; // when the server last kept an answer
  const JUST = 60000; // as long a page may have been on its way
  const MOST = 50; // changes in one request
  const LONGEST_NOTE = 18000; // characters that are told to the team at once
  const AROUND = 200; // of them for the item and the question that an answer is to
  const LONGEST_PAUSE = 30000;
  const MOST_AFTER_LEAVING = 15000; // characters of a request that browsers finish after the page is left

  // Storage: one entry for each change, so that two tabs never overwrite each other's.

  const memory = new Map(); // for browsers that keep nothing
  const keeps = (() => {
    try {
      localStorage.setItem(PREFIX, "");
      localStorage.removeItem(PREFIX);
      return true;
    } catch {
      return false;
    }
  })();

  function store(entry) {
    try {
      localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
      memory.delete(entry.key);
    } catch {
      memory.set(entry.key, entry);
    }
  }

  function forget(key) {
    memory.delete(key);
    if (keeps) localStorage.removeItem(PREFIX + key);
  }

  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  /** Everything that waits, in the order in which it was given. */
  function waiting() {
    const names = keeps ? Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)) : [];
    const entries = [...names.map(read), ...memory.values()].filter((entry) => entry?.key && entry.change);
    return entries.sort((one, other) => one.at - other.at);
  }

  // Changes.

  const listeners = [];
  /** `listener({ key, field, round, now, newer, refused })` for each answer the server has judged, `{}` when the state changed. */
  const listen = (listener) => listeners.push(listener);
  const tell = (news) => listeners.forEach((listener) => listener(news));

  let sending = new Set(); // keys on their way
  const closed = new Map(); // round that takes no more answers -> what the server said
  let state = "calm"; // "trouble": no connection; "ended": the visit
  let message = "";
  let tries = 0;
  let timer = null;

  const made = new Set(); // keys of this page

  /** One change; an earlier one of this page for the same field that is not yet on its way is replaced. */
  function put(field, round, change, seen) {
    for (const entry of waiting()) {
      if (made.has(entry.key) && entry.field === field && entry.round === round && !sending.has(entry.key)) forget(entry.key);
    }
    const key = crypto.randomUUID?.() ?? random();
    made.add(key);
    store({ key, at: Date.now(), field, round, change, seen });
    show();
    send();
    return key;
  }

  function random() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function discard(entries) {
    for (const entry of entries) forget(entry.key);
    show();
  }

  // Sending: one request at a time, in order.

  const sendable = () => waiting().filter((entry) => !entry.refused && !closed.has(entry.round));

  function batch() {
    const entries = sendable();
    return entries.filter((entry) => entry.round === entries[0].round).slice(0, alone ? 1 : MOST);
  }

  let alone = false; // after a batch that could not be read: one by one, to find which change it was

  async function send() {
    if (sending.size || !sendable().length) return;
    clearTimeout(timer);
    const entries = batch();
    sending = new Set(entries.map((entry) => entry.key));
    show();
    const reply = await post(entries);
    sending = new Set();
    const again = settle(entries, reply);
    show();
    if (again) send();
  }

  async function post(entries) {
    const now = Date.now();
    const changes = entries.map(({ key, at, seen, change }) => ({ ...change, key, seen, age: Math.max(0, now - at) }));
    const body = JSON.stringify({ owner, round: entries[0].round, changes });
    try {
      const reply = await fetch(address, {
        method: "POST", body, keepalive: body.length < MOST_AFTER_LEAVING, credentials: "same-origin", redirect: "error",
        headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": meta.content },
      });
      return { status: reply.status, ...(await reply.json()) };
    } catch {
      return { status: 0 };
    }
  }

  /** Whether to go on at once with what waits. */
  function settle(entries, reply) {
    if (reply.status === 200 && reply.changes) {
      calm();
      reply.changes.forEach((outcome, index) => judged(entries[index], outcome));
      return true;
    }
    if (reply.csrf) meta.content = reply.csrf;
    if (reply.status === 401) pause("ended", reply.message);
    else if (reply.status === 409) closed.set(entries[0].round, reply.message);
    else if (reply.error === "rating.not_understood" && entries.length === 1) refuse(entries[0], reply.message);
    else if (reply.error === "rating.not_understood") alone = true;
    else pause("trouble", reply.status && reply.message);
    return closed.has(entries[0].round) || reply.error === "rating.not_understood";
  }

  function calm() {
    [state, message, tries] = ["calm", "", 0];
  }

  function judged(entry, outcome) {
    if (!outcome.saved) return refuse(entry, outcome.message);
    forget(entry.key);
    if (keeps) localStorage.setItem(KEPT_AT, Date.now());
    for (const later of waiting()) {
      // What this device changed after it comes after it, whatever the clocks say.
      if (later.field === entry.field && later.round === entry.round && !outcome.newer) store({ ...later, seen: outcome.now.at });
    }
    const { key, field, round } = entry;
    const news = { key, field, round, now: outcome.now, newer: outcome.newer };
    channel?.postMessage(news);
    tell(news);
  }

  // It can never be saved: kept to be shown, not sent again.
  function refuse(entry, reason) {
    store({ ...entry, refused: reason });
    tell({ ...entry, refused: reason });
  }

  function pause(kind, reason) {
    [state, message] = [kind, reason || ""];
    timer = setTimeout(send, Math.min(LONGEST_PAUSE, 1000 * 2 ** tries++));
    tell({});
  }

  // What the reader sees of it.

  /** "saving", "saved", or what keeps it from being saved: "trouble", "ended", "closed", "refused". */
  function condition() {
    const entries = waiting();
    if (entries.some((entry) => entry.refused)) return "refused";
    if (entries.some((entry) => closed.has(entry.round))) return "closed";
    if (!entries.length) return "saved";
    return state === "calm" ? "saving" : state;
  }

  const isClosed = (round) => closed.has(round);

  /** The round has closed meanwhile. */
  function close(round, words) {
    closed.set(round, words);
    show();
  }

  function show() {
    const count = waiting().length;
    const texts = banner.dataset;
    const counted = count && (count === 1 ? texts.one : texts.many).replace("{count}", count);
    const text = {
      trouble: [message || texts.trouble, counted, memory.size && texts.memory],
      ended: [message, counted],
      refused: [waiting().find((entry) => entry.refused)?.refused],
    }[condition()] || [...closed.values()].slice(-1);
    const shown = text.filter(Boolean).join(" ");
    if (line.textContent !== shown) line.textContent = shown;
    banner.classList.toggle("shown", shown !== "");
    banner.querySelector("form").hidden = !stuck().length;
    tell({});
  }

  /** Whether a page that was asked for a moment ago may not know of an answer that was sent meanwhile. */
  const justKept = () => keeps && Date.now() - Number(localStorage.getItem(KEPT_AT)) < JUST;

  const stuck = () => waiting().filter((entry) => entry.refused || closed.has(entry.round));

  // Telling the team what came too late: as many entries of one round as a note holds go into a form, and are marked.
  function tellable() {
    let room = LONGEST_NOTE;
    const ofRound = stuck().filter((entry, _index, all) => entry.round === all[0].round).slice(0, MOST);
    return ofRound.filter((entry, index) => (room -= JSON.stringify(entry.change).length + AROUND) >= 0 || !index);
  }

  banner.querySelector("form").addEventListener("submit", ({ target }) => {
    const changes = tellable();
    for (const entry of stuck()) store({ ...entry, told: changes.some(({ key }) => key === entry.key) });
    target.elements.round.value = changes[0]?.round;
    target.elements.changes.value = JSON.stringify(changes.map(({ key, change }) => ({ ...change, key, age: 0 })));
  });
  banner.querySelector("[data-discard]").addEventListener("click", ({ target }) => {
    if (confirm(target.dataset.discard)) discard(stuck());
  });

  const told = document.querySelector("[data-told-round]");
  if (told) discard(waiting().filter((entry) => entry.told && entry.round === Number(told.dataset.toldRound)));

  // Other tabs of this browser hear of it at once.
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(PREFIX) : null;
  channel?.addEventListener("message", ({ data }) => {
    show();
    tell(data);
  });

  /** What counts now on the server; null where it could not be had. */
  async function current(round, items) {
    try {
      const reply = await fetch(`${address}?${new URLSearchParams({ owner, round, items })}`, {
        headers: { "Accept": "application/json" }, credentials: "same-origin", redirect: "error", cache: "no-store",
      });
      return reply.ok ? await reply.json() : null;
    } catch {
      return null;
    }
  }

  addEventListener("online", send);
  addEventListener("storage", show);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  addEventListener("pageshow", ({ persisted }) => persisted && send());
  addEventListener("beforeunload", (event) => memory.size && event.preventDefault());

  // For pages asked for without a connection; it keeps nothing of the study.
  addEventListener("load", () => navigator.serviceWorker?.register(banner.dataset.worker, { scope: "/x/" }).catch(() => {}));

  show();
  send();

  return { waiting, listen, put, send, condition, isClosed, close, current, justKept };
})();
