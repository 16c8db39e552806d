"""The rules by which ``engine.matching`` proposes experts: their points, and the words of the page that explains them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from svyazka.engine.process import Text

COMPETENCE_MOST: Final = 50
LEVEL_SHORT: Final = 20
"""Taken off for each level short of the one wanted.

Less than FAIRNESS_MOST, so that a weaker colleague gets his turn; twice it is more than FAIRNESS_MOST and FREE_MOST
together, so that a client never meets somebody two levels short just because he is free and it is his turn.
"""

INDUSTRY_LEVEL: Final = 4
INDUSTRY_MOST: Final = 3 * INDUSTRY_LEVEL
DEALS_MOST: Final = 8

FREE_MOST: Final = 10
FREE_STEP: Final = 30
"""Presale minutes left over that are worth one point."""

PRESENCE_MOST: Final = 10
UNIT_POINTS: Final = 7
ASKED_POINTS: Final = 3

FAIRNESS_MOST: Final = 25
FAIRNESS_LEAST: Final = 5
"""The largest number of requests counts as no less than this: one request against none is no unfairness yet."""

PROJECTS_MOST: Final = 10
PROJECTS_STEP: Final = 4
"""Hours a week on projects that cost one point."""

MILESTONE_MOST: Final = 10
TRIAGE_MOST: Final = 1
"""What projects, and again a milestone, cost a triage at most: a quarter of an hour endangers neither."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``most`` is what it gives at most, or takes if negative; ``text`` says exactly how the points come about."""

    code: str
    most: int
    text: Text


def _rule(code: str, most: int, ru: str, en: str) -> Rule:
    # A number stays with its word, a dash with what is before it.
    return Rule(code, most, Text(*(re.sub(r"(?<=\d) (?=\w)| (?=—)", "\u00a0", text) for text in (ru, en))))


# The figures are written out, since Russian words bend after them; a test holds them to the constants.
RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "competence",
        COMPETENCE_MOST,
        "За нужный уровень компетенции — 50 баллов, за каждый недостающий уровень — на 20 меньше. Уровень выше "
        "нужного ничего не добавляет: самых сильных бережём для самых трудных запросов.",
        "The level asked for gives 50 points, and each level short of it takes 20 off. A higher level adds "
        "nothing: the strongest are kept for the hardest requests.",
    ),
    _rule(
        "industry",
        INDUSTRY_MOST,
        "За знание отрасли клиента — по 4 балла за каждый уровень, указанный в профиле эксперта, всего не больше 12. Если "
        "отраслей несколько, считается та, которую он знает лучше.",
        "Knowing the client’s industry gives 4 points for each level in the expert’s profile, up to 12. Of several "
        "industries, the one the expert knows best counts.",
    ),
    _rule(
        "deals",
        DEALS_MOST,
        "Балл за каждую сделку с клиентом из этой отрасли, где человек был экспертом, и ещё балл за каждую "
        "выигранную из них. Всего не больше 8.",
        "One point for each deal with a client from this industry where this person was the expert, and one more for "
        "each of them that we won. Up to 8 in all.",
    ),
    _rule(
        "free_time",
        FREE_MOST,
        "Балл за каждые 30 минут, которые останутся у человека на пресейл в нужные дни, если он возьмёт этот запрос. "
        "Всего не больше 10.",
        "One point for every 30 minutes of presale time that this person would still have on the days wanted after "
        "taking the request. Up to 10 in all.",
    ),
    _rule(
        "presence",
        PRESENCE_MOST,
        "Кто на месте все нужные дни, получает 10 баллов. Кто на месте часть этих дней — такую же часть баллов, "
        "с округлением вниз.",
        "Being at work on all the days wanted gives 10 points. Being there on some of them gives the same part of "
        "the points, rounded down.",
    ),
    _rule(
        "unit",
        UNIT_POINTS,
        "Человеку из подразделения, которое поведёт проект, — 7 баллов: кто обещает, тот и делает.",
        "Someone from the unit that will deliver gets 7 points: those who promise should be those who do.",
    ),
    _rule(
        "asked",
        ASKED_POINTS,
        "Тому, кого попросили по имени, — 3 балла. Просьба решает, лишь когда остальное почти поровну: по звонку "
        "с проекта никого не снимают.",
        "Whoever was asked for by name gets 3 points. That settles near ties only: nobody is pulled off a project by "
        "a phone call.",
    ),
    _rule(
        "fairness",
        -FAIRNESS_MOST,
        "Кто из подходящих экспертов взял за последнее время больше всех запросов, теряет 25 баллов, остальные — "
        "пропорционально, с округлением в их пользу. Пока больше 5 запросов никто не взял, каждый стоит 5 баллов.",
        "Of the experts who fit, whoever has taken the most requests lately loses 25 points, and the others in "
        "proportion, rounded in their favour. While nobody has taken more than 5 requests, each costs 5 points.",
    ),
    _rule(
        "projects",
        -PROJECTS_MOST,
        "За каждые 4 часа в неделю, занятые проектами, снимается балл, всего не больше 10. Если нужен только короткий "
        "разбор запроса, снимается не больше 1 балла.",
        "Every 4 hours a week on projects take one point, up to 10 in all. Where only a quick look at the request is "
        "needed, no more than 1 point is taken.",
    ),
    _rule(
        "milestone",
        -MILESTONE_MOST,
        "Если на нужные дни приходится срок по проекту, снимается 10 баллов; если он позже — на балл меньше за "
        "каждый календарный день. Если нужен только короткий разбор запроса, снимается не больше 1 балла.",
        "A project milestone on the days wanted takes 10 points, one less for each calendar day that it comes later. Where "
        "only a quick look at the request is needed, no more than 1 point is taken.",
    ),
)

BARRIERS: Final[Mapping[str, Text]] = {
    "no_role": Text("Нет роли эксперта", "Doesn’t have the role of an expert"),
    "no_competence": Text("Нет нужной компетенции", "Doesn’t have the competence asked for"),
    "absent": Text("Отсутствует все нужные дни", "Away on all the days wanted"),
    "over_capacity": Text(
        "Времени на пресейл в нужные дни осталось меньше, чем займёт эта работа",
        "Has less presale time left on the days wanted than this work will take",
    ),
}
