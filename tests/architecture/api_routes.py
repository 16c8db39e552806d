"""Who may use which route of the API, with a token of all scopes: the second half of ``routes``."""

from tests.architecture.routes import (
    ANSWERS,
    APPOINTS,
    ASKS,
    CALLS_FIXER,
    CLAIMS,
    CONTACTS,
    DESCRIBES,
    EVERYBODY,
    FINISHES,
    HANDS_OVER,
    KEEPS,
    LEADS,
    LOSS,
    OURS,
    OVER,
    REOPENS,
    SIGNED_IN,
    WAIVES,
    WAY,
    WINDOW,
    Form,
    People,
    Row,
)  # fmt: skip
from tests.architecture.routes import CONTRACT as _CONTRACT

REASON = {"reason": "клиент передумал"}
PROMISE = {"performer": "{expert}", "result": "Список задач клиента", "due": "2027-01-20T12:00:00+03:00"}


def _get(route: str, who: People, **more: int) -> Row:
    return Row(f"api/v1/{route}", {"GET": who}, **more)  # type: ignore[arg-type]


def _post(route: str, who: People, form: Form | None = None, deal: str = "deal", agent: int = 404) -> Row:
    return Row(f"api/v1/{route}", {"POST": who}, form or {}, deal=deal, agent=agent)


NEED = {
    "competence": "WMS", "goal": "Клиент видит, как считается партия", "to_decide": "хватит ли типовой",
    "since": "2027-02-01", "until": "2027-02-05",
}  # fmt: skip
SAYS = frozenset({"expert"})

API_ROUTES = (
    _get("expert-requests", OURS, agent=403),
    _get("expert-requests/<id>", OURS, agent=403),
    _post("deals/<number>/expert-requests", ASKS, NEED),
    _post("expert-requests/<id>/claim", CLAIMS),
    _post("expert-requests/<id>/hand-back", ANSWERS, REASON),
    _post("expert-requests/<id>/not-ours", ANSWERS, {"because": "нет опыта в лесосырье"}),
    _post("expert-requests/<id>/need-more", ANSWERS, {"what": "какие отчёты смотрит директор"}),
    _post("expert-requests/<id>/more", ASKS, {"text": "план-факт по партиям"}),
    _post("expert-requests/<id>/verdict", SAYS, {"verdict": "наше, нужен эксперт по ERP"}),
    _post("expert-requests/<id>/withdraw", ASKS, REASON),
    _get("openapi.json", EVERYBODY),
    _get("docs", EVERYBODY),
    Row("api/v1/requests", {"POST": SIGNED_IN, "GET": SIGNED_IN}, {"company": "Завод", "request": "Учёт"}),
    Row("api/v1/deals/<number>/intake", {"PATCH": DESCRIBES}, {"size": "до 900 млн"}),
    _post("deals/<number>/contacted", CONTACTS, WAY),
    _post("deals/<number>/no-duplicate", WINDOW, deal="request"),
    _post("deals/<number>/accept", WINDOW, {"manager": "{manager}"}, deal="request"),
    _post("deals/<number>/close", WINDOW, {"status": "spam", "reason": "рассылка"}, deal="request"),
    _get("deals", SIGNED_IN),
    _get("deals/<number>", OURS),
    _post("deals/<number>/seats", APPOINTS, {"role": "estimator", "person": "{estimator}"}),
    _post("deals/<number>/seats/release", APPOINTS, {"role": "expert", "person": "{expert}"}),
    _post("deals/<number>/fixer", CALLS_FIXER, {"what_for": "скидка в десять процентов"}),
    _post(
        "deals/<number>/evidence",
        WINDOW,
        {"stage": "request", "check": "all_lines_asked", "text": "спросили на созвоне"},
    ),
    _post("deals/<number>/chased", OURS, {"words": "когда будет оценка?"}),
    _post("deals/<number>/advance", FINISHES, {"stage": "request"}),
    _post("deals/<number>/win", FINISHES, _CONTRACT | OVER),
    _post("deals/<number>/lose", FINISHES, LOSS),
    _post("deals/<number>/reopen", REOPENS, {"reason": "клиент вернулся"}, deal="closed"),
    Row("api/v1/deals/<number>/commitments", {"GET": OURS, "POST": OURS}, PROMISE),
    _post("commitments/<id>/keep", KEEPS, {"note": "файл в папке"}),
    _post("commitments/<id>/waive", WAIVES, REASON),
    _post("commitments/<id>/give-up", KEEPS, REASON),
    _post("commitments/<id>/hand-over", HANDS_OVER, {**REASON, "to": "{head}"}),
    Row("api/v1/deals/<number>/questions", {"GET": OURS, "POST": OURS}, {"text": "Сколько рабочих мест?"}),
    _post("questions/<id>/relay", LEADS),
    _post("questions/<id>/answer", LEADS, {"answer": "сорок"}),
    _get("people", OURS, agent=403),
    _get("units", OURS, agent=403),
    _get("me", SIGNED_IN),
    _get("process", OURS, agent=403),
    _get("changes", SIGNED_IN),
    Row("api/v1/", {}),
)
