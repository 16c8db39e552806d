// Brings out what kept.js has kept of the cockpit where nobody answers. It keeps nothing itself, and looks after its own page only.
"use strict";

const PATIENCE = 5000; // so long a connection that is there in name only may take
const DOWN = [502, 503, 504]; // a proxy before us says that nobody is at home
const OPENED = ["document", "script", "style", "image"]; // what is fetched by scripts, notes above all, goes its own way

async function answer(request) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  const late = new Promise((_, give) => setTimeout(give, PATIENCE));
  try {
    const fresh = await Promise.race([fetch(request), late]);
    return DOWN.includes(fresh.status) ? kept : fresh;
  } catch {
    return kept;
  }
}

self.addEventListener("fetch", (event) => {
  const { method, destination } = event.request;
  if (method === "GET" && OPENED.includes(destination)) event.respondWith(answer(event.request));
});
self.addEventListener("install", () => self.skipWaiting()); // the next version takes its place at once
