// Stands in front of experts' pages: where one cannot be had for lack of a connection, it shows a page that says so.
// It keeps that page and its style sheet, and nothing of any study.
"use strict";

const KEPT = "offline";
const PAGE = "/offline";

async function keep() {
  const cache = await caches.open(KEPT);
  const page = await fetch(PAGE, { credentials: "omit" });
  const styles = (await page.clone().text()).matchAll(/href="([^"]+\.css[^"]*)"/g);
  await cache.addAll([...styles].map(([, address]) => address));
  await cache.put(PAGE, page);
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { mode, destination } = event.request;
  const kept = mode === "navigate" ? PAGE : destination === "style" ? event.request : null;
  if (kept) event.respondWith(fetch(event.request).catch(() => caches.match(kept)));
});
