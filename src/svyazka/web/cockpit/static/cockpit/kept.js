// The page and the room as they were seen last, kept so that a reload without a connection opens them; worker.js brings them out.
// Where the browser has no service workers, over plain HTTP, nothing is kept. The page says until when it may be brought out;
// ui/svyazka.js throws away what is older, and what others have left.
(() => {
  "use strict";

  const files = new URL("../", document.currentScript.src).href; // besides the page nothing but these is kept
  const page = location.pathname;
  const DAYS = 2; // a device that is out of reach can't be told that the meeting is closed
  const until = () => Date.now() + DAYS * 24 * 60 * 60 * 1000; // by its own clock, right or wrong

  class Kept {
    constructor(viewer, room, worker) {
      Object.assign(this, { name: `kept:${viewer}:${page}`, room, worker, fresh: false });
      this.turn = Promise.resolve();
      this.can = "serviceWorker" in navigator && "caches" in window;
    }

    // one after the other; a browser that refuses to keep anything refuses no note
    next(does) {
      if (this.can) this.turn = this.turn.then(does).catch(() => {});
      return this.turn;
    }

    // the room as it was seen last, or nothing
    async last() {
      let last = null;
      await this.next(async () => { last = await (await caches.match(this.room, { cacheName: this.name }))?.json(); });
      return last;
    }

    keep(room) {
      this.next(async () => {
        const cache = await caches.open(this.name);
        await cache.put(this.room, new Response(JSON.stringify(room)));
        if (!this.fresh || !(await cache.match(page))) await this.keepPage(cache);
        this.fresh = true;
      });
    }

    // as the browser has it from just now; first what it needs, then the page, then what the one before needed goes
    async keepPage(cache) {
      const answer = await fetch(page, { cache: "force-cache", redirect: "manual" });
      if (!answer.ok) return; // signed out meanwhile
      const text = await answer.text(), headers = new Headers(answer.headers);
      headers.set("X-Kept-Until", until());
      const drawn = new DOMParser().parseFromString(text, "text/html");
      const named = [...drawn.querySelectorAll("link[href], script[src], use[href]")].map((one) => one.getAttribute("href") || one.getAttribute("src"));
      const needed = new Set(named.map((name) => new URL(name, location).href.split("#")[0]).filter((name) => name.startsWith(files)));
      await cache.addAll([...needed]);
      await cache.put(page, new Response(text, { headers }));
      const own = [page, this.room].map((path) => new URL(path, location).href);
      const old = (await cache.keys()).filter(({ url }) => !needed.has(url) && !own.includes(url));
      await Promise.all(old.map((one) => cache.delete(one)));
      await navigator.serviceWorker.register(this.worker, { scope: page });
    }

    forget() {
      this.fresh = false;
      this.next(async () => {
        await caches.delete(this.name);
        await (await navigator.serviceWorker.getRegistration(page))?.unregister();
      });
    }
  }

  window.cockpit.Kept = Kept;
})();
