// Brings out what kept.js has kept of the cockpit where nobody answers; throws it away, and itself with it, where it is too old or where
// whoever asks isn't let in any more. It keeps nothing itself, and looks after its own page only.
"use strict";

const PATIENCE = 5000; // so long a connection that is there in name only may take
const DOWN = [502, 503, 504]; // a proxy before us says that nobody is at home
const REFUSED = [401, 403, 404, 410]; // and to sign-in one is redirected
const OPENED = ["document", "script", "style", "image"]; // what is fetched by scripts, notes above all, goes its own way

async function forget() {
  const page = new URL(self.registration.scope).pathname;
  const ours = (await caches.keys()).filter((name) => name.endsWith(`:${page}`));
  await Promise.all(ours.map((name) => caches.delete(name)));
  await self.registration.unregister();
}

async function answer({ request }, asked) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (request.destination === "document" && !(kept?.headers.get("X-Kept-Until") > Date.now())) {
    await forget().catch(() => {});
    return asked;
  }
  if (!kept) return asked;
  const late = new Promise((_, give) => setTimeout(give, PATIENCE));
  try {
    const fresh = await Promise.race([asked, late]);
    return DOWN.includes(fresh.status) ? kept : fresh;
  } catch {
    return kept;
  }
}

self.addEventListener("fetch", (event) => {
  const { method, destination } = event.request;
  if (method !== "GET" || !OPENED.includes(destination)) return;
  const asked = fetch(event.request);
  event.respondWith(answer(event, asked));
  // a refusal counts however late it comes
  const refused = ({ status, type }) => destination === "document" && (type === "opaqueredirect" || REFUSED.includes(status));
  event.waitUntil(asked.then((fresh) => refused(fresh) && forget(), () => {}));
});
self.addEventListener("install", () => self.skipWaiting()); // the next version takes its place at once
