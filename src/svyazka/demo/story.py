"""The six stages as they are lived: one function a stage adds its steps to a plot."""

from datetime import datetime, timedelta
from decimal import Decimal

from svyazka.demo import acts
from svyazka.demo.content import read, say
from svyazka.demo.rooms import DEFENCE, FIRST, Rooms
from svyazka.presale.deals.intake import Unknown
from svyazka.presale.journal.values import Actor, Json

STAGES = ("request", "preparation", "meeting", "estimate", "defence", "contract")
_KNOWN_TO_STRANGERS = ("company", "request", "contact_name", "phone", "email", "lines")


class Telling(Rooms):
    """Tells one deal, stage by stage."""

    # ------------------------------------------------------------------------------------ request
    def received(self) -> None:
        """The request comes in, more or less complete."""
        plot, brief = self.plot, self.plot.brief
        whole: dict[str, Json] = {**brief.client.answers, **brief.wish.answers, "source": brief.source}
        actor = brief.author
        if actor is None:
            actor = Actor(person_id=None, channel="public")
            said = {key: whole[key] for key in _KNOWN_TO_STRANGERS}
        else:
            share = 0.97 if brief.temper.care > 0.9 else 0.85
            said = {key: value for key, value in whole.items() if key in {"company", "request", "contact_name", "phone"}
                    or self.rng.random() < share}  # fmt: skip
        self.left_out = {key: value for key, value in whole.items() if key not in said}
        plot.at(
            "received",
            plot.now,
            acts.receive(
                answers=said, actor=actor, source=brief.source, viewer=plot.cast.administrator, sure=False
            ),
        )

    def answered(self) -> None:
        """The client gets his first answer, in two hours or much later."""
        sloppy = self.plot.brief.temper.pace > 2
        minutes = self.rng.randint(130, 700) if sloppy else self.plot.gap(8, 110)
        words = self.words("contacted_late" if sloppy else "contacted")
        self.plot.then(
            "contacted", self.dispatcher, minutes, acts.contacted(how=words, actor=self.dispatcher)
        )

    def request(self) -> None:
        """Stage one."""
        plot, who = self.plot, self.dispatcher
        self.received()
        self.answered()
        self.fill_in(who)
        plot.then("checked", who, plot.gap(5, 40), acts.no_duplicate(actor=who))
        if plot.careful():
            self.show("request", "all_lines_asked", who, plot.gap(1, 10))
        if plot.careful(0.5):
            self.show("request", "consent_noted", who, plot.gap(1, 5))
        self.chase()
        unit_id = plot.cast.units[plot.brief.unit]
        plot.then(
            "accepted",
            who,
            plot.gap(20, 200),
            acts.accepted(actor=who, manager=self.manager, unit_id=unit_id),
        )
        self.finish("request", who, plot.gap(5, 40))

    def fill_in(self, who: Actor) -> None:
        """What was left out is asked for, or somebody is to find it out."""
        if not self.left_out:
            return
        plot = self.plot
        open_ones = {"budget", "size", "headcount", "systems", "context"} & self.left_out.keys()
        late = sorted(open_ones)[:2] if self.rng.random() < 0.45 else []
        now = {key: value for key, value in self.left_out.items() if key not in late}
        if now:
            plot.then("described", who, plot.gap(15, 60), acts.described(answers=now, actor=who))
        if late and not plot.slips():
            day = (plot.now + timedelta(days=4)).date()
            marks = {key: Unknown(self.manager.me, day) for key in late}
            plot.then("marked", who, plot.gap(3, 10), acts.described(answers={}, unknown=marks, actor=who))
        self.left_out = {key: self.left_out[key] for key in late}

    # -------------------------------------------------------------------------------- preparation
    def preparation(self) -> None:
        """Stage two: the right expert, a date, goals, an agenda."""
        plot, manager = self.plot, self.manager
        self.find_expert()
        when = plot.meeting("meeting", (2, 6))
        before, tidy = when - timedelta(minutes=25), plot.careful()
        self.plan_meeting(
            "preparation.meeting_scheduled", FIRST, when, plot.gap(40, 420), tidy=tidy, latest=before
        )
        if self.left_out:
            do = acts.described(answers=self.left_out, actor=manager)
            plot.then("found_out", manager, plot.gap(20, 200), do, latest=before)
            self.left_out = {}
        if not plot.slips():
            self.agree_on_goals(before, tidy=tidy)
        self.question("first", 0.3)
        if not plot.slips():
            self.read_up("preparation.briefing_read", plot.gap(30, 260), latest=before)
        if plot.careful():
            huddle = max(plot.now, when - timedelta(minutes=self.rng.choice((75, 80, 90))))
            do = acts.shown(
                stage="preparation", check="huddle_held", text=self.words("huddle_held"), actor=manager
            )
            plot.at("preparation.huddle_held", huddle, do)
        self.chase(latest=before)
        self.finish("preparation", manager, 2, latest=when - timedelta(minutes=5))

    def agree_on_goals(self, before: datetime, *, tidy: bool) -> None:
        """The client agrees with a tidy plan on his page; another one is talked over."""
        plot, manager = self.plot, self.manager
        if tidy:
            self.ask_client("goals_asked", plot.gap(10, 60), latest=before)
            self.client_agrees("preparation.goals_agreed", latest=before)
            return
        self.show(
            "preparation", "goals_agreed", manager, plot.gap(30, 240), words="goals_agreed", latest=before
        )

    # ------------------------------------------------------------------------------------ meeting
    def meeting(self) -> None:
        """Stage three: they meet, a letter says what was agreed, the client confirms it."""
        plot, manager, lasted = self.plot, self.manager, self.rng.choice((60, 70, 80, 90))
        plot.now = max(plot.now, self.when + timedelta(minutes=lasted))
        self.hold("meeting.meeting_held", lasted, plot.gap(2, 60))
        if plot.careful():
            self.show("meeting", "expert_verdict", self.expert, plot.gap(10, 90))
        if plot.careful():
            self.close_meeting(plot.gap(5, 40))
        written = not plot.slips()
        if written:
            self.send_letter("meeting.letter_sent", plot.gap(30, 150))
        self.promise()
        self.keep_task()
        if plot.careful():
            self.show("meeting", "limits_known", manager, plot.gap(5, 60))
        self.chase()
        if written and not plot.slips():
            self.client_confirms("meeting.letter_confirmed")
        self.finish("meeting", manager, plot.gap(10, 90))

    # ----------------------------------------------------------------------------------- estimate
    def estimate(self) -> None:
        """Stage four: a figure that somebody else has looked at."""
        plot, manager, estimator = self.plot, self.manager, self.estimator
        plot.then(
            "estimator",
            manager,
            plot.gap(15, 200),
            acts.appointed(person=estimator, role="estimator", actor=manager),
        )
        if plot.careful():
            self.show("estimate", "inputs_complete", manager, plot.gap(15, 180), words="estimate_requested")
        self.close_meeting(plot.gap(5, 40))
        self.keep_task()
        self.question("second", plot.brief.temper.asks)
        self.keep_promise()
        self.chase()
        self.show("estimate", "estimate_submitted", estimator, plot.gap(260, 820), words="estimate_submitted")
        if not plot.slips():
            self.show(
                "estimate", "estimate_reviewed", self.expert, plot.gap(40, 230), words="estimate_reviewed"
            )
        for check in ("risks_written", "finance_reading"):
            if plot.careful(0.75):
                self.show("estimate", check, estimator, plot.gap(5, 60))
        self.finish("estimate", manager, plot.gap(5, 90))

    # ------------------------------------------------------------------------------------ defence
    def defence(self) -> None:
        """Stage five: the client sees what he pays for."""
        plot, manager = self.plot, self.manager
        self.show("defence", "proposal_sent", manager, plot.gap(40, 380), words="proposal_sent")
        if self.rng.random() < 0.18:
            self.fixer()
        lasted, held = self.rng.choice((60, 75, 90)), not plot.slips()
        when = plot.meeting("defence", (1, 4))
        if held:
            tidy = plot.careful()
            self.plan_meeting("defence.planned", DEFENCE, when, plot.gap(5, 40), tidy=tidy, latest=when)
            if tidy:
                self.ask_client("defence.asked", 5, latest=when)
                self.client_agrees("defence.agreed", latest=when)
        plot.now = max(plot.now, when + timedelta(minutes=lasted))
        if held:
            self.hold("defence.defence_held", lasted, plot.gap(2, 90))
            for check, who in (("objections_recorded", manager), ("client_understood", self.estimator), ("decision_path", manager)):  # fmt: skip
                if plot.careful():
                    self.show("defence", check, who, plot.gap(3, 60))
        self.chase()
        decision = plot.meeting("decision", (3, 8))
        if not plot.slips():
            self.show("defence", "decision_dated", manager, plot.gap(30, 300), words="decision_dated", happens_at=decision)  # fmt: skip
        if held:
            self.sum_defence_up()
        if self.rng.random() < 0.25:
            self.promise()
        plot.now = max(plot.now, decision)
        self.finish("defence", manager, plot.gap(20, 240))

    def sum_defence_up(self) -> None:
        """Its letter is written less often than the first one, and less often answered."""
        plot = self.plot
        if plot.careful():
            self.close_meeting(plot.gap(5, 40))
        if plot.careful(0.7):
            self.send_letter("defence.letter_sent", plot.gap(30, 200))
            self.keep_task()
            if plot.careful(0.85):
                self.client_confirms("defence.letter_confirmed")
        self.keep_task()

    # ----------------------------------------------------------------------------------- contract
    def contract(self) -> None:
        """Stage six, up to the signature."""
        plot, manager = self.plot, self.manager
        self.keep_promise()
        if any(step.label == "fixer" for step in plot.steps):
            do = acts.fixer_called(what_for=self.words("fixer_called"), actor=manager)
            plot.then("fixer_called", manager, plot.gap(30, 200), do)
        self.show("contract", "terms_agreed", manager, plot.gap(60, 480), words="terms_agreed")
        self.show("contract", "contract_sent", manager, plot.gap(60, 500), words="contract_sent")
        if plot.careful():
            self.show("contract", "invoice_sent", manager, plot.gap(20, 220), words="invoice_sent")
        if plot.careful():
            self.show("contract", "promises_checked", self.expert, plot.gap(20, 300))
        for check in ("folder_complete", "handover_planned"):
            if plot.careful():
                self.show("contract", check, manager, plot.gap(5, 60))

    def won(self, serial: int) -> None:
        """The client signs."""
        plot, manager = self.plot, self.manager
        total = Decimal(
            round(plot.brief.wish.millions * self.rng.uniform(0.75, 1.1) * 1_000_000, -3)
        ).quantize(Decimal("0.01"))
        at = plot.cast.calendar(manager).add_minutes(plot.now, plot.gap(200, 1400))
        number = f"{'М' if plot.language == 'ru' else 'M'}-{at:%y}/{serial:03d}"
        reason = say(self.rng.choice(read("remarks")["over"]["contract"]), plot.language)
        plot.at("won", at, acts.won(number=number, total=total, day=at.date(), actor=manager, reason=reason))
