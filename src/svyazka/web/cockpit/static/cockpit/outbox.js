// What was done in the room and the server hasn't answered for yet. It is kept in this browser before anything else happens to it.
(() => {
  "use strict";

  // A key for each act: two tabs never write over each other. What the browser won't keep lies in memory as long as the tab does.
  class Shelf {
    constructor(prefix) {
      this.prefix = prefix;
      this.memory = new Map();
    }

    names(part) {
      let kept = [];
      try { kept = Object.keys(localStorage); } catch { /* storage is switched off */ }
      return [...new Set([...kept, ...this.memory.keys()])].filter((name) => name.startsWith(this.prefix + part)).sort();
    }

    read(name) {
      try { return JSON.parse(this.memory.get(name) ?? localStorage.getItem(name)); } catch { return null; }
    }

    write(name, value) {
      const text = JSON.stringify(value);
      this.memory.delete(name);
      try { localStorage.setItem(name, text); } catch { this.memory.set(name, text); }
    }

    remove(name) {
      this.memory.delete(name);
      try { localStorage.removeItem(name); } catch { /* it was never there */ }
    }
  }

  class Outbox {
    constructor(viewer, meeting) {
      this.prefix = `cockpit:${viewer}:${meeting}:`;
      this.shelf = new Shelf(this.prefix);
    }

    // crypto.randomUUID wants HTTPS, and a server in the office may have none
    static key() {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    }

    list(part) {
      return this.shelf.names(part).map((name) => ({ name, ...this.shelf.read(name) }));
    }

    get acts() { return this.list("act:"); }

    get refused() { return this.list("no:"); }

    // false while something would be gone with the tab
    get keeps() { return !this.shelf.memory.size; }

    // in the order in which they were made, even if the device's clock is put back meanwhile
    put(act, made = Date.now()) {
      const last = Number(this.shelf.names("act:").pop()?.slice(this.prefix.length + 4).split(":")[0]) || 0;
      const place = String(Math.max(Date.now(), last + 1)).padStart(15, "0");
      this.shelf.write(`${this.prefix}act:${place}:${Outbox.key().slice(0, 8)}`, { made, ...act });
    }

    drop(act) { this.shelf.remove(act.name); }

    // what can't be taken leaves the line, and its words stay until somebody has seen to them
    refuse({ name, ...act }, why) {
      if (act.do === "jot") this.shelf.write(name.replace(`${this.prefix}act:`, `${this.prefix}no:`), { ...act, why });
      this.shelf.remove(name);
    }

    again({ name, why, ...act }) {
      this.shelf.remove(name);
      this.put(act, act.made);
    }

    get draft() { return this.shelf.read(`${this.prefix}draft`) || ""; }

    set draft(text) {
      if (text) this.shelf.write(`${this.prefix}draft`, text);
      else this.shelf.remove(`${this.prefix}draft`);
    }
  }

  window.cockpit = { Outbox };
})();
