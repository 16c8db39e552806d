"""What a rule is worth, in words: the sentence that says what the difference means, or why nothing is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from svyazka.engine.headcount import MIDDLE, SMALL
from svyazka.engine.intervals import Share
from svyazka.engine.worth import FEWEST, FEWEST_MATCHED, Adjusted, Stratum, Worth
from svyazka.presale.insight.rules import Rule
from svyazka.presale.insight.worth import Alike, RuleAlone, RuleWorth, Side
from svyazka.presale.process.queries import current_process
from svyazka.speech.times import number, percent

MINUS: Final = "\N{MINUS SIGN}"
SIZES: Final[Mapping[str, str | Promise]] = {
    "small": pgettext_lazy("size", "small"),
    "middle": pgettext_lazy("size", "middle"),
    "large": pgettext_lazy("size", "large"),
    "": gettext_lazy("size not known"),
}

LIMITS: Final[Mapping[str, int]] = {
    "each": FEWEST, "matched": FEWEST_MATCHED, "small": SMALL, "middle": MIDDLE,
}  # fmt: skip
"""What the explanation names."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where the marks of a rule stand, in percent of the picture's width; nothing is in the middle.

    :ivar most: how many points the picture reaches to each side
    """

    most: int
    plain: tuple[float, float, float]
    alike: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule in words. ``picture`` and the differences are there where something is said, ``silence`` where nothing is."""

    key: str
    text: str
    stage: str
    by_client: bool
    worth: Worth
    silence: str
    sentence: str
    caution: str
    look: str
    plain: str
    plain_range: str
    alike: str
    alike_range: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Told:
    """All rules: the terms, then the checks by stage. ``spoken`` counts those of which something is said.

    :ivar scale: how many points their pictures reach to each side; 0 where there is none
    """

    terms: tuple[ToldRule, ...]
    checks: tuple[ToldRule, ...]
    spoken: int
    scale: int

    @property
    def all(self) -> tuple[ToldRule, ...]:
        """In the order of the process."""
        return (*self.terms, *self.checks)


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """Deals alike: what they share, and how they ended on both sides."""

    stage: str
    source: str
    size: str
    group: Stratum

    @property
    def weight(self) -> float:
        """By how much the group counts, to a tenth."""
        return round(self.group.weight, 1)


@dataclass(frozen=True, slots=True)
class ToldAlone:
    """One rule with its groups; ``aside`` counts the deals of groups that have one side only."""

    rule: ToldRule
    groups: tuple[ToldGroup, ...]
    aside: int


def told(found: Iterable[RuleWorth], language: str) -> Told:
    """Each rule in words, all pictures to one scale."""
    rules = tuple(found)
    spoken = [one.worth for one in rules if one.worth.adjusted]
    scale = _scale(spoken)
    said = [_told(one.rule, one.worth, language, scale, (one.stands, len(spoken))) for one in rules]
    return Told(
        tuple(one for one in said if not one.stage), tuple(one for one in said if one.stage), len(spoken), scale if spoken else 0
    )  # fmt: skip


def told_alone(alone: RuleAlone, language: str) -> ToldAlone:
    """One rule and the groups of deals alike that have both sides."""
    process = current_process()[1]
    stages = {stage.key: stage.name.say(language) for stage in process.stages}

    def group(alike: Alike, one: Stratum) -> ToldGroup:
        return ToldGroup(
            stages.get(alike.stage, alike.stage or "—"), alike.source, str(SIZES[alike.size]), one
        )

    rule = _told(alone.rule, alone.worth, language, _scale([alone.worth]), None)
    both = tuple(group(alike, one) for alike, one in alone.strata if one.has_both)
    aside = sum(one.kept + one.broken for _alike, one in alone.strata if not one.has_both)
    return ToldAlone(rule, both, aside)


def _told(rule: Rule, worth: Worth, language: str, scale: int, among: tuple[bool, int] | None) -> ToldRule:
    """One rule; ``among`` how many others it was seen, and whether it stands then."""
    stage = current_process()[1].stage(rule.stage).name.say(language) if rule.stage else ""
    plain, alike = worth.crude, worth.adjusted
    return ToldRule(
        key=rule.key, text=rule.text.say(language), stage=stage, by_client=rule.by_client, worth=worth,
        silence=_silence(worth), sentence=_sentence(alike) if alike else "",
        caution=_caution(alike, *among) if alike and among else "",
        look=_look(alike) if alike else "",
        plain=points(plain.value) if plain else "", plain_range=_range(plain.low, plain.high) if plain else "",
        alike=points(alike.value) if alike else "", alike_range=_range(alike.low, alike.high) if alike else "",
        picture=Picture(
            scale, _places(plain.low, plain.value, plain.high, scale=scale), _places(alike.low, alike.value, alike.high, scale=scale)
        ) if plain and alike else None,
    )  # fmt: skip


def say_side(side: Side) -> str:
    """What became of the rule on these deals, in small letters."""
    return pgettext("rule", "kept") if side == "kept" else pgettext("rule", "broken")


def say_head(side: Side, share: Share | None) -> tuple[str, str, str]:
    """What stands above the deals of a side: how many there are, what they are, and how many of them were won."""
    total, won = (share.total, share.count) if share else (0, 0)
    kept = ngettext("closed deal where it was kept", "closed deals where it was kept", total)
    broken = ngettext("closed deal where it was broken", "closed deals where it was broken", total)
    said = {"count": number(won), "share": percent(share.value) if share else percent(0)}
    note = _("%(count)s of them won: %(share)s") % said if total else ""
    return number(total), kept if side == "kept" else broken, note


def points(value: float) -> str:
    """A difference in whole percentage points with its sign: «+12», «−3», «0»."""
    whole = round(100 * value)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole < 0 else "0"


def _range(low: float, high: float) -> str:
    return _("from %(low)s to %(high)s") % {"low": points(low), "high": points(high)}


def _scale(worths: Iterable[Worth]) -> int:
    """How many points pictures reach to each side: whole tens that hold every interval."""
    ends = [
        abs(end)
        for one in worths
        if one.crude and one.adjusted
        for end in (one.crude.low, one.crude.high, one.adjusted.low, one.adjusted.high)
    ]
    return max(10, 10 * ceil(10 * max(ends, default=0) - 1e-9))


def _places(low: float, value: float, high: float, *, scale: int) -> tuple[float, float, float]:
    first, middle, last = (round(50 + 50 * 100 * one / scale, 2) for one in (low, value, high))
    return first, middle, last


def _look(alike: Adjusted) -> str:
    return "more" if alike.low > 0 else "less" if alike.high < 0 else "open"


def _sentence(alike: Adjusted) -> str:
    said = {
        "value": points(abs(alike.value)).lstrip("+"),
        "low": points(alike.low),
        "high": points(alike.high),
    }
    match _look(alike):
        case "more":
            return (
                _(
                    "Where the rule was kept more were won: by %(value)s points, probably from %(low)s to %(high)s."
                )
                % said
            )
        case "less":
            return (
                _(
                    "Where the rule was kept fewer were won: by %(value)s points, probably from %(low)s to %(high)s."
                )
                % said
            )
    return (
        _("No difference can be told from chance: it may be anything from %(low)s to %(high)s points.") % said
    )


def _caution(alike: Adjusted, stands: bool, spoken: int) -> str:  # noqa: FBT001 (as it comes out of the pair)
    if _look(alike) == "open":
        return ""
    if stands:
        return ngettext(
            "It stands even with %(num)s rule looked at.",
            "It stands even with %(num)s rules looked at.",
            spoken,
        ) % {"num": spoken}
    return ngettext(
        "With %(num)s rule looked at it may still be chance.",
        "With %(num)s rules looked at it may still be chance.",
        spoken,
    ) % {"num": spoken}


def _silence(worth: Worth) -> str:
    kept, broken = worth.kept.total if worth.kept else 0, worth.broken.total if worth.broken else 0
    match worth.silence:
        case "few_kept" if not kept and not broken:
            return _("It hasn’t arisen on a closed deal yet.")
        case "few_kept" | "few_broken":  # how many there are stands beside it, and opens them
            return _("Too few: we speak from %(least)s of each.") % {"least": FEWEST}
        case "few_matched":
            few = _("%(kept)s kept, %(broken)s broken") % {
                "kept": number(worth.matched_kept), "broken": number(worth.matched_broken)
            }  # fmt: skip
            return _("Too few deals alike on both sides: %(few)s. We speak from %(least)s of each.") % {
                "few": few, "least": FEWEST_MATCHED
            }  # fmt: skip
        case "alike":
            return _("All the deals that can be compared ended in the same way.")
    return ""
