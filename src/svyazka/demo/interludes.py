"""What may happen at any stage: questions, promises, a client who has had enough, another manager, a fixer."""

from datetime import datetime, timedelta
from typing import Any

from svyazka.demo import acts
from svyazka.demo.content import read, remark, say
from svyazka.demo.plot import Plot, on_the_hour
from svyazka.presale.experts.asking import Ask
from svyazka.presale.journal.values import Actor, Json


class Interludes:
    """The people of one deal, and what they do besides the stages' own steps."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.rng = plot.rng
        cast, brief = plot.cast, plot.brief
        self.manager = brief.manager
        self.dispatcher = cast.dispatchers[0] if self.rng.random() < 0.6 else cast.dispatchers[1]
        skilled = [one for one in cast.experts[brief.unit] if one.me in cast.skilled[brief.wish.skill]]
        self.expert = self.rng.choice(skilled or cast.experts[brief.unit])
        others = [one for one in cast.estimators[brief.unit] if one != self.expert]
        self.estimator = others[-1] if self.rng.random() < 0.85 else others[0]
        self.left_out: dict[str, Json] = {}

    def words(self, key: str) -> str:
        """A remark for this step."""
        return remark(key, self.plot.language, self.rng)

    def show(
        self, stage: str, check: str, who: Actor, minutes: int, *, words: str = "", latest: datetime | None = None,
        happens_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Supply a check's evidence after so many minutes."""
        text = self.words(words or f"{stage}.{check}")
        do = acts.shown(stage=stage, check=check, text=text, actor=who, happens_at=happens_at)
        self.plot.then(f"{stage}.{check}", who, minutes, do, latest=latest)

    def finish(self, stage: str, who: Actor, minutes: int, *, latest: datetime | None = None) -> None:
        """Leave the stage, with a reason at hand in case its gate isn't passed."""
        reason = say(self.rng.choice(read("remarks")["over"][stage]), self.plot.language)
        do = acts.finished(stage=stage, actor=who, reason=reason)
        self.plot.then(f"{stage}.left", who, minutes, do, latest=latest)

    def find_expert(self) -> None:
        """Mostly by a request on the board; now and then somebody is still called by phone."""
        plot, manager, expert = self.plot, self.manager, self.expert
        if plot.brief.temper.care < self.rng.random() / 2:
            do = acts.appointed(person=expert, role="expert", actor=manager)
            plot.then("expert", manager, plot.gap(25, 260), do)
            return
        plot.then(
            "expert_asked", manager, plot.gap(10, 90), acts.expert_asked(ask=self._ask(), actor=manager)
        )
        if self.rng.random() < 0.15:
            do = acts.more_asked(what=self.words("expert_lacks"), actor=expert)
            plot.then("expert_lacks", expert, plot.gap(15, 60), do)
            given = acts.more_given(text=self.words("expert_gets"), actor=manager)
            plot.then("expert_gets", manager, plot.gap(20, 200), given)
        plot.then("expert", expert, plot.gap(15, 180), acts.expert_taken(actor=expert))

    def _ask(self) -> Ask:
        plot = self.plot
        worked = plot.cast.calendar(self.manager)
        since, until = (on_the_hour(plot.now + timedelta(days=days), worked, 12).date() for days in (1, 8))
        return Ask(
            kind="expert", competence=say(read("people")["competences"][plot.brief.wish.skill], plot.language),
            level=self.rng.choice((2, 2, 3)), since=since, until=until,
            minutes=self.rng.choice((120, 180, 240)), goal=self.words("expert_goal"),
            to_decide=self.words("expert_decides"),
        )  # fmt: skip

    def question(self, name: str, chance: float) -> None:
        """The expert wants to know something; the manager asks; the client answers in his own time."""
        plot = self.plot
        if self.rng.random() > chance:
            return
        chosen: dict[str, Any] = self.rng.choice(read("remarks")["questions"])
        ask = acts.asked(name=name, text=say(chosen["q"], plot.language), actor=self.expert)
        plot.then(f"{name}.asked", self.expert, plot.gap(20, 160), ask)
        plot.then(
            f"{name}.relayed", self.manager, plot.gap(15, 200), acts.relayed(name=name, actor=self.manager)
        )
        answer = acts.answered(name=name, answer=say(chosen["a"], plot.language), actor=self.manager)
        plot.then(f"{name}.answered", self.manager, self.rng.randint(90, 1100), answer)

    def chase(self, *, latest: datetime | None = None) -> None:
        """The client may have had enough of waiting."""
        plot = self.plot
        if self.rng.random() >= plot.brief.temper.chased:
            return
        who = self.dispatcher
        plot.then("chased", who, plot.gap(60, 300), acts.chased(words=self.words("chased"), actor=who), latest=latest)  # fmt: skip
        in_charge = self.manager if any(step.label == "accepted" for step in plot.steps) else who
        answer = acts.contacted(how=self.words("chaser_answered"), actor=in_charge)
        plot.then("chaser_answered", in_charge, plot.gap(20, 160), answer, latest=latest)

    def change_manager(self) -> None:
        """Another manager takes the deal over."""
        plot = self.plot
        others = [one for one in plot.cast.managers if one != self.manager]
        self.manager = self.rng.choice(others)
        do = acts.appointed(person=self.manager, role="manager", actor=plot.cast.head)
        plot.then("handed_over", plot.cast.head, plot.gap(30, 120), do)

    def promise(self) -> None:
        """A next step with a date, told to the client."""
        plot, manager = self.plot, self.manager
        if not plot.careful():
            return
        due = plot.cast.calendar(manager).add_minutes(plot.now, self.rng.choice((480, 960, 1440)))
        do = acts.promised(
            name="promise", result=self.words("promised"), performer=manager, due=due, actor=manager, to_client=True
        )  # fmt: skip
        plot.then("promised", manager, plot.gap(5, 40), do)

    def keep_promise(self) -> None:
        """Keep what was promised to the client, sometimes waive it."""
        plot = self.plot
        labels = [step.label for step in plot.steps]
        if labels.count("promised") == labels.count("promise_kept"):
            return
        if self.rng.random() < 0.06:
            do = acts.waived(name="promise", reason=self.words("waived"), actor=self.manager)
        else:
            do = acts.kept(name="promise", actor=self.manager)
        plot.then("promise_kept", self.manager, plot.gap(20, 300), do)

    def fixer(self) -> None:
        """A fixer takes his seat in the shadow."""
        fixer = self.rng.choice(self.plot.cast.fixers)
        do = acts.appointed(person=fixer, role="fixer", actor=self.manager)
        self.plot.then("fixer", self.manager, self.plot.gap(20, 120), do)
