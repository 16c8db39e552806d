// The line to the server: sends what lies in the outbox, oldest first, and asks what is new. It draws nothing.
(() => {
  "use strict";

  const PAUSE = 3000;
  const LONGEST_PAUSE = 12000;
  const PATIENCE = 15000;
  const BATCH = 50;
  const TRIES = 5;
  const AHEAD = "cockpit:ahead";

  class Line {
    // heard(room, answers): something new; changed(): the state is another
    constructor({ url, viewer, room, outbox, words, heard, changed }) {
      Object.assign(this, { url, viewer, outbox, words, heard, changed });
      this.token = room.token;
      this.tag = `"${room.revision}"`;
      this.isOurs = true; // the session is this viewer's, as far as we know
      // of this device's clock; a page that the browser has kept while there is no connection is no measure for it
      this.ahead = outbox.shelf.read(AHEAD) ?? room.at - Date.now();
      this.state = "fine"; // or offline, out, other, gone
      this.failures = 0;
      this.single = false;
      addEventListener("online", () => this.exchange());
      addEventListener("pageshow", () => this.exchange());
      document.addEventListener("visibilitychange", () => this.exchange());
      this.timer = setTimeout(() => this.exchange());
    }

    now() { return Date.now() + this.ahead; }

    async exchange() {
      if (this.busy) {
        this.more = true;
        return;
      }
      this.busy = true;
      clearTimeout(this.timer);
      try {
        do {
          this.more = false;
          this.become(await this.once());
          this.failures = 0;
        } while (this.more || (this.state === "fine" && this.outbox.acts.length));
      } catch {
        this.failures += 1;
        this.become("offline");
      }
      this.busy = false;
      this.wait();
    }

    // Whoever looks away asks nothing; what lies here is sent all the same.
    wait() {
      if (document.hidden && !this.outbox.acts.length) return;
      const pause = Math.min(PAUSE * 2 ** (this.state === "fine" ? 0 : this.failures + 1), LONGEST_PAUSE);
      this.timer = setTimeout(() => this.exchange(), pause);
    }

    become(state) {
      const was = this.state;
      this.state = state;
      if (state !== "fine" && state !== "offline") {
        this.isOurs = false;
        this.tag = null; // whoever comes back hears it all
      }
      if (was !== state) this.changed();
    }

    // One question, with acts or without; gives the state that the line is in. Throws where it should be asked again later.
    async once(again = false) {
      const acts = this.isOurs ? this.outbox.acts.slice(0, this.single ? 1 : BATCH) : [];
      const answer = await this.ask(acts);
      if (answer.type === "opaqueredirect") return "out";
      if (answer.status === 304) return "fine";
      if (answer.status === 404) return "gone";
      if (answer.status === 403 && !again) return this.forbidden();
      const said = await answer.json().catch(() => ({}));
      if (answer.ok || (answer.status === 422 && said.acts)) return this.take(acts, said);
      return this.stuck(acts, answer.status);
    }

    async ask(acts) {
      const headers = { Accept: "application/json" };
      const request = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout?.(PATIENCE) };
      if (acts.length) {
        const sent = acts.map(({ name, made, ...act }) => ({ ...act, ago: Math.max(0, Math.round(Date.now() - made)) }));
        Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.token });
        Object.assign(request, { method: "POST", body: JSON.stringify({ acts: sent }) });
      } else if (this.tag) {
        headers["If-None-Match"] = this.tag;
      }
      const from = Date.now();
      const answer = await fetch(this.url, request);
      this.setClock(Number(answer.headers.get("X-Now")), from, Date.now());
      return answer;
    }

    // The server's clock was somewhere between the question and its answer: what lies between needs no correction.
    setClock(now, from, until) {
      if (!now || (this.ahead >= now - until && this.ahead <= now - from)) return;
      this.ahead = now - (from + until) / 2;
      this.outbox.shelf.write(AHEAD, this.ahead);
    }

    take(acts, said) {
      const room = acts.length ? said.room : said;
      if (room.viewer !== this.viewer) return "other";
      this.isOurs = true;
      this.token = room.token;
      acts.forEach((act, place) => {
        const answer = said.acts[place];
        if (answer.ok) this.outbox.drop(act);
        else this.outbox.refuse(act, answer.say);
      });
      this.tag = `"${room.revision}"`;
      this.single = false;
      this.heard(room, said.acts || []);
      return "fine";
    }

    // The token is old where somebody has signed in anew; else the right is gone. The room itself says which.
    async forbidden() {
      this.tag = null;
      const answer = await this.ask([]);
      if (answer.type === "opaqueredirect") return "out";
      if (answer.status === 404) return "gone";
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const room = await answer.json();
      const state = this.take([], room);
      if (state !== "fine" || room.runs) return state === "fine" ? this.once(true) : state;
      this.outbox.acts.forEach((act) => this.outbox.refuse(act, this.words.gone));
      return "fine";
    }

    // One act must not hold back the others: they go one by one, and what can't be taken leaves the line.
    stuck(acts, status) {
      const ours = [400, 413, 422, 500].includes(status);
      const last = status < 500 || this.failures >= TRIES;
      if (ours && acts.length === 1 && last) {
        this.outbox.refuse(acts[0], this.words.stuck);
        this.single = false;
        this.changed();
        return "fine";
      }
      if (ours && acts.length > 1) {
        this.single = true;
        if (status < 500) return "fine";
      }
      throw new Error(`answered ${status}`);
    }
  }

  window.cockpit.Line = Line;
})();
