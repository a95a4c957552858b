// Keeps the page at the door, which holds no name and no letter, for when there is no connection. Nothing else is kept.
"use strict";

const KEPT = "door-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isDoor = url.pathname === "/staff/door" && event.request.method === "GET";
  if (url.origin !== self.location.origin || !(isDoor || url.pathname.startsWith("/static/"))) return;
  const name = isDoor ? "/staff/door" : event.request.url;
  event.respondWith(fetch(event.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(name, answer.clone());
    return answer;
  }).catch(async (fault) => {
    const kept = await caches.match(name);
    if (kept) return kept;
    throw fault;
  }));
});
