// Beside each time in the study's zone, the reader's own time where that is another one.
"use strict";

(() => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const language = document.documentElement.lang;
  const template = document.currentScript.dataset.text;

  const written = (moment, zone, shown) => new Intl.DateTimeFormat(language, { ...shown, timeZone: zone }).format(moment);
  const day = { weekday: "long", day: "numeric", month: "long" };
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

  for (const time of document.querySelectorAll("time[data-zone]")) {
    const moment = new Date(time.dateTime);
    const otherDay = written(moment, own, day) !== written(moment, time.dataset.zone, day);
    const yours = written(moment, own, otherDay ? { ...day, ...hour } : hour);
    if (otherDay || yours !== written(moment, time.dataset.zone, hour)) {
      const note = document.createElement("span");
      note.className = "own-time";
      note.textContent = " " + template.replace("{time}", yours);
      time.after(note);
    }
  }
})();
