"""Who may use which address: every route of the product, written down by hand.

A row says, for each method that the route knows, which kinds of people are let in; everybody else is refused. What is
sent is a form or JSON that could be taken, so that nobody is turned away for what he typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "anonymous", "agent", "participant", "author", "manager", "expert", "dispatcher", "head", "owner", "administrator",
)  # fmt: skip
"""A stranger, a partner agent of another deal, one of ours without a seat, and so on; ``author`` brought the request."""

People = frozenset[str]


def _people(names: str) -> People:
    return frozenset(names.split())


EVERYBODY = frozenset(KINDS)
NOBODY: People = frozenset()
SIGNED_IN = EVERYBODY - {"anonymous"}
OURS = SIGNED_IN - {"agent"}
ADMINISTRATOR = _people("administrator")
WINDOW = _people("dispatcher administrator")
DESCRIBES = _people("author manager dispatcher administrator")
APPOINTS = _people("manager dispatcher head administrator")
CONTACTS = _people("manager dispatcher administrator")
SHOWS = _people("manager expert dispatcher head administrator")
FILES = _people("author manager expert dispatcher head administrator")
READS = _people("manager expert dispatcher head administrator")
FINISHES = _people("manager dispatcher administrator")
CHATS = _people("manager dispatcher head administrator")
CALLS_FIXER = _people("manager head administrator")
LEADS = _people("manager administrator")
KEEPS = _people("manager expert administrator")
WAIVES = _people("manager head administrator")
HANDS_OVER = _people("manager expert head administrator")
REOPENS = _people("manager head administrator")
OWNS = _people("owner administrator")
PROPOSED = _people("manager owner administrator")  # by the manager
HINTED = _people("owner administrator head")
ASKS = _people("manager dispatcher head administrator")
CLAIMS = _people("expert head")
ANSWERS = _people("expert head administrator")
HEADS = _people("head administrator")
PLANS = _people("manager head administrator")
RUNS = _people("manager expert administrator")
REVIEWS = _people("author manager expert dispatcher head owner administrator")
HANDED_IN = _people("dispatcher")  # the administrator has tables of his own
ABSENCES = _people("participant administrator")  # a head's own people; this one is of another unit
CARDS = _people("participant administrator")  # as for absences

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A route.

    :param route: as Django spells it
    :param methods: who is let in, by method
    :param form: what is sent with methods that write; ``{name}`` stands for an id of the world in the test, bytes for a file
    :param agent: how a partner agent is refused: 404 where he mustn't learn that something is there
    :param unknown: how an id that nothing has is answered
    :param stray: how a method that it doesn't know is answered
    :param deal: which deal of the world the number means
    :param answers: a status that is an answer here, though it reads like a refusal elsewhere
    :param theirs: a page of allauth: it answers more methods than it needs
    """

    route: str
    methods: Mapping[str, People]
    form: Form = field(default_factory=dict)
    agent: int = 404
    unknown: int = 404
    stray: int = 405
    deal: str = "deal"
    answers: int = 200
    theirs: bool = False


def _get(route: str, who: People, **more: Any) -> Row:
    return Row(route, {"GET": who}, **more)


def _post(route: str, who: People, form: Form | None = None, **more: Any) -> Row:
    return Row(route, {"POST": who}, form or {}, **more)


def _both(route: str, sees: People, does: People, form: Form | None = None, **more: Any) -> Row:
    return Row(route, {"GET": sees, "POST": does}, form or {}, **more)


def _act(name: str, who: People, form: Form | None = None, **more: Any) -> Row:
    return _post(f"deals/<str:number>/{name}/", who, form, **more)


def _api(route: str, methods: Mapping[str, People], form: Form | None = None, **more: Any) -> Row:
    return Row(f"api/v1/{route}", methods, form or {}, **more)


REASON = {"key": "{commitment}", "reason": "клиент передумал"}
TICK = {"key": "request.all_lines_asked", "text": "спросили на созвоне"}
CONTRACT = {"contract_number": "17/26", "contract_sum": "1250000", "contract_date": "2026-11-24"}
OVER = {"reason": "клиент подписал раньше времени"}
LOSS = {"reason": "estimate.above_budget", "evidence": "письмо клиента от вторника"}
DUE = {"result": "Список задач клиента", "due": "2027-01-20T12:00"}
HOURS = {"time_zone": "Europe/Moscow", "start": "09:00", "end": "18:00"}
PERSON = {
    "surname": "Иванов", "given_name": "Пётр", "email": "ivanov@svyazka.example", "presale_hours": "8",
    "language": "ru", "time_zone": "Europe/Moscow", "roles": ["lead_generator"], "is_active": "on",
}  # fmt: skip
REQUEST = {"company": "Завод", "request": "Нужен учёт партий", "phone": "+7 916 765-43-21", "consent": "on"}
NEED = {
    "kind": "expert", "competence": "WMS", "level": "2", "goal": "Клиент видит, как считается партия",
    "to_decide": "хватит ли типовой", "since": "2027-02-01", "until": "2027-02-05", "hours": "4",
}  # fmt: skip
WAY = {"how": "позвонили, договорились о созвоне"}
LETTER = {
    "seen": "1", "language": "ru", "subject": "Итоги встречи", "point-0-key": "n1", "point-0-part": "next",
    "point-0-text": "Договор на обследование до 1 декабря",
}  # fmt: skip
REVIEW = {
    "goal": "показать партии", "helped": "прототип на данных", "time_went": "ждали схему складов", "keep": "прототип до оценки",
    "change": "спрашивать схему сразу", "owner": "{expert}", "by_day": "2027-12-24",
}  # fmt: skip
PROPOSAL = {
    "about": "term:letter_sent", "text": "письмо за два часа", "why": "клиент помнит встречу", "figure": "term_kept:letter_sent",
    "judge_on": "2027-12-24", "owner": "{head}",
}  # fmt: skip
CASE = {
    "title": "Склад на терминалах",
    "task": "Отбор держался на памяти",
    "result": "Ошибок в семь раз меньше",
}

ROUTES = (
    # pages of everybody's own
    _get("", SIGNED_IN),
    _post("today/<int:commitment>/done/", KEEPS, {"note": "файл в папке"}),
    _post("today/away/", SIGNED_IN),
    _get("first-week/", SIGNED_IN),
    _get("first-week/<slug:role>/", OURS),
    _get("notices/", SIGNED_IN),
    _post("notices/read/", SIGNED_IN),
    _post("notices/<int:notice>/read/", SIGNED_IN, unknown=303),
    _both(
        "settings/", SIGNED_IN, SIGNED_IN, {"language": "en", "time_zone": "Europe/Moscow", "theme": "dark"}
    ),
    _both("settings/notices/", SIGNED_IN, SIGNED_IN, {"quiet_from": "21:00", "quiet_until": "08:00"}),
    _post("settings/notices/<slug:channel>/test/", SIGNED_IN),
    _post("settings/notices/<slug:messenger>/link/", SIGNED_IN),
    _get("settings/notices/<slug:messenger>/linked/", SIGNED_IN),
    _post("settings/chats/<int:chat>/unlink/", _people("participant")),
    _post("settings/elsewhere/", SIGNED_IN),
    _post("settings/tokens/", SIGNED_IN, {"name": "сайт", "scopes": ["requests:write"], "life": "30"}),
    _post("settings/tokens/<int:token_id>/revoke/", ADMINISTRATOR | {"participant"}),
    _get("search/", SIGNED_IN),
    # what all of ours see
    _get("board/", SIGNED_IN),
    _get("board/columns/", OURS),
    _get("board/revision/", OURS),
    _get("board/sources/", OURS),
    _get("board/list/", OURS),
    # live tables
    _get("board/feeds/", OURS),
    _both("board/feeds/new/", OURS, OURS, {"name": "Склад", "life": "30"}),
    _post("board/feeds/<int:feed_id>/revoke/", ADMINISTRATOR | {"participant"}),
    _get("feeds/<str:live>/<str:file>", EVERYBODY, agent=200),
    _both("board/<str:number>/move/", OURS, FINISHES, {"stage": "request"}),
    _get("overview/", OURS),
    _get("overview/deals/<slug:which>/", OURS),
    _get("overview/units/<int:unit>/", OURS),
    _get("figures/week/", OURS),
    _get("figures/week/deals/", OURS),
    _get("figures/", OURS),
    _get("figures/deals/", OURS),
    # figures of people
    _get("figures/people/", OURS),
    _get("figures/people/<int:person_id>/", CARDS),
    _get("figures/people/<int:person_id>/breaches/", CARDS),
    _get("figures/people/<int:person_id>/saves/", CARDS),
    _get("figures/people/<int:person_id>/rows/<slug:role>/<slug:figure>/", CARDS),
    _get("figures/hints/", HINTED),
    _get("figures/hints/<slug:hint>/<str:where>/", HINTED),
    _get("figures/rules/", OURS),
    _get("figures/rules/<str:rule>/", OURS),
    # the single window
    _get("window/", SIGNED_IN),
    _get("window/revision/", SIGNED_IN),
    _both("window/new/", SIGNED_IN, SIGNED_IN, REQUEST),
    _get("window/handed/<str:number>/", OURS),
    _get("window/<str:number>/", OURS, deal="request"),
    _post("window/<str:number>/contacted/", WINDOW, WAY, deal="request"),
    _post("window/<str:number>/is-new/", WINDOW, deal="request"),
    _post("window/<str:number>/accept/", WINDOW, {"manager": "{manager}", "unit": "{unit}"}, deal="request"),
    _post("window/<str:number>/close/", WINDOW, {"status": "spam", "reason": "рассылка"}, deal="request"),
    _both("window/links/", WINDOW, WINDOW, {"name": "Сайт"}),
    _post("window/links/<int:link_id>/revoke/", WINDOW, agent=403),
    # for anybody who has the address
    _both("r/<str:secret>/", EVERYBODY, EVERYBODY, REQUEST),
    _get("r/<str:secret>/thanks/", EVERYBODY),
    _post("telegram/webhook/", EVERYBODY, answers=404, stray=404),  # nothing, without the secret
    _get("healthz", EVERYBODY),
    _get("readyz", EVERYBODY, answers=503),
    # a deal
    _get("deals/<str:number>/", OURS),
    _get("deals/<str:number>/body/", OURS),
    _get("deals/<str:number>/revision/", OURS),
    _both("deals/<str:number>/intake/", DESCRIBES, DESCRIBES, {"size": "до 900 млн"}),
    _act("advance", FINISHES, {"key": "request"}),
    _act("evidence", WINDOW, TICK),
    _act("withdraw", SHOWS, {"key": "request.consent_noted", "reason": "согласия не было"}),
    _act("contacted", CONTACTS, WAY),
    _act("chased", OURS, {"words": "когда будет оценка?"}),
    _act("no_duplicate", WINDOW, deal="request"),
    _act("accept", WINDOW, {"manager": "{manager}"}, deal="request"),
    _act("close", WINDOW, {"status": "spam", "reason": "рассылка"}, deal="request"),
    _act("appoint", APPOINTS, {"role": "estimator:{estimator}"}),
    _act("release", APPOINTS, {"key": "expert:{expert}"}),
    _act("call_fixer", CALLS_FIXER, {"what_for": "скидка в десять процентов"}),
    _act("in_line", OURS, {"line": "@expert схема складов к 20.01.2027"}),
    _act("owe", OURS, {**DUE, "performer": "{expert}"}),
    _act("keep", KEEPS, {"key": "{commitment}", "text": "файл в папке"}),
    _act("waive", WAIVES, REASON),
    _act("give_up", KEEPS, REASON),
    _act("hand_over", HANDS_OVER, {**REASON, "to": "{head}"}),
    _act("ask", OURS, {"text": "Сколько рабочих мест?"}),
    _act("relay", LEADS, {"key": "{question}"}),
    _act("answer", LEADS, {"key": "{relayed}", "answer": "сорок"}),
    _act("file", FILES, {"files": b"%PDF-1.7 protocol"}),
    _get("deals/<str:number>/files/<int:document>/", READS),
    _act("remove_file", FINISHES, {"key": "{document}", "reason": "прислали не тот договор"}),
    _act("win", FINISHES, CONTRACT | OVER),
    _act("lose", FINISHES, LOSS),
    _act("reopen", REOPENS, {"reason": "клиент вернулся"}, deal="closed"),
    _act("follow", OWNS),
    _get("deals/<str:number>/postmortem/", OURS, deal="closed"),
    _get("deals/<str:number>/dossier/", READS),
    _post("deals/<str:number>/dossier/sign/", READS, {"seen": "1"}),
    _post("deals/<str:number>/dossier/note/", READS, {"text": "не любит слова «автоматизация»"}),
    _post("deals/<str:number>/dossier/forget/", LEADS, {"key": "{small_thing}"}),
    _both("deals/<str:number>/chat/", CHATS, CHATS, {"messenger": "{messenger}"}),
    _post("deals/<str:number>/chat/<int:chat>/unbind/", CHATS),
    # experts
    _get("experts/", OURS),
    _get("experts/revision/", OURS),
    _get("experts/rules/", OURS),
    _get("experts/plan/", HEADS),
    _post("experts/plan/take/", HEADS, {"request": "{request_id}", "person": "{expert}"}),
    _both("experts/for/<str:number>/", ASKS, ASKS, NEED),
    _get("experts/<int:request_id>/", OURS),
    _post("experts/<int:request_id>/claim/", CLAIMS),
    _post("experts/<int:request_id>/not-ours/", ANSWERS, {"because": "нет опыта в лесосырье"}),
    _post("experts/<int:request_id>/need-more/", ANSWERS, {"what": "какие отчёты смотрит директор"}),
    _post("experts/<int:request_id>/more/", ASKS, {"text": "план-факт по партиям"}),
    _post("experts/<int:request_id>/hand-back/", ANSWERS, {"reason": "сдвинулась сдача проекта"}),
    _post("experts/<int:request_id>/verdict/", _people("expert"), {"verdict": "наше, нужен эксперт по ERP"}),
    _post("experts/<int:request_id>/withdraw/", ASKS, {"reason": "клиент перенёс на весну"}),
    # meetings
    _get("meetings/", OURS),
    _both("meetings/new/", OURS, OURS, {"title": "Статус по складу", "agenda": "review"}),
    _post("meetings/calendar/", OURS),
    _post("meetings/for/<str:number>/", PLANS, {"agenda": "handover"}),
    _get("meetings/<int:meeting_id>/", OURS),
    _get("meetings/<int:meeting_id>/sheet.pdf", READS),
    _get("meetings/<int:meeting_id>/revision/", OURS),
    _get("meetings/<int:meeting_id>/run/", READS),
    _both("meetings/<int:meeting_id>/room/", READS, RUNS),
    _get("meetings/cockpit.js", SIGNED_IN, agent=200),
    _post("meetings/<int:meeting_id>/plan/", PLANS, {"seen": "{seen_plan}", "minutes": "60"}),
    _post("meetings/<int:meeting_id>/agenda/", PLANS, {"seen": "{seen_plan}", "minutes": "60"}),
    _post("meetings/<int:meeting_id>/ask/", PLANS, {"guests": "0"}),
    _post("meetings/<int:meeting_id>/agreed/", PLANS, {"how": "по телефону, сегодня"}),
    _post("meetings/<int:meeting_id>/take-in/", PLANS),
    _post("meetings/<int:meeting_id>/reply/", RUNS, {"reply": b"BEGIN:VCALENDAR"}),
    _post("meetings/<int:meeting_id>/cancel/", PLANS, {"reason": "клиент перенёс проект на год"}),
    _post("meetings/<int:meeting_id>/huddle/", RUNS),
    _post("meetings/<int:meeting_id>/held/", RUNS, {"minutes": "60"}),
    _post("meetings/<int:meeting_id>/task/", RUNS, {"line": "@expert список задач к пт 15:00"}),
    _post(
        "meetings/<int:meeting_id>/task/again/",
        LEADS,
        {"task": "{meeting_task}", "line": "@expert перечень отчётов к пт 15:00"},
    ),
    _post(
        "meetings/<int:meeting_id>/task/drop/", LEADS, {"task": "{meeting_task}", "reason": "записали дважды"}
    ),
    _post(
        "meetings/<int:meeting_id>/jot/",
        RUNS,
        {"key": "8d7a9c1e-4b1f-4b6e-9d0a-5d1f4c7b2a10", "kind": "note", "text": "остатки ведут в тетради"},
    ),
    _post("meetings/<int:meeting_id>/settle/", RUNS, {"jot": "{jot}", "how": "ответили на месте"}),
    _post(
        "meetings/<int:meeting_id>/verdict/",
        _people("expert"),
        {"verdict": "go_on", "words": "задача типовая"},
    ),
    _post("meetings/<int:meeting_id>/close/", RUNS, {"controller": "{head}", "met-0": "yes"}),
    _both("meetings/<int:meeting_id>/letter/", READS, LEADS, LETTER),
    _post("meetings/<int:meeting_id>/letter/send/", LEADS, {"version": "1", "guests": "0"}),
    _post("meetings/<int:meeting_id>/letter/take-back/", LEADS, {"version": "1"}),
    _post(
        "meetings/<int:meeting_id>/letter/answered/", LEADS, {"version": "1", "how": "по телефону: всё верно"}
    ),
    _get("calendar/<str:feed>.ics", EVERYBODY, agent=200),
    # status runs
    _get("run/", OURS),
    _post("run/begin/", OURS, {"of": "all", "deals": "{commitment_deal}"}),
    _get("run/<int:meeting_id>/", OURS),
    _get("run/<int:meeting_id>/revision/", OURS),
    _post("run/<int:meeting_id>/act/", LEADS, {"do": "save", "stop": "{stop}", "seen": "0", "risk": "сроки"}),
    # everybody looks; who is signed in is one of ours, and no client
    _both("c/<str:token>/", EVERYBODY, EVERYBODY - SIGNED_IN, {"act": "agree"}, agent=403),
    _get("c/<str:token>/meeting.ics", EVERYBODY, agent=200),
    # our own finished projects
    _get("cases/", OURS),
    _both("cases/new/", OURS, OURS, CASE),
    _both("cases/<int:case_id>/", OURS, OURS, CASE),
    _post("cases/<int:case_id>/retire/", OURS),
    # looking back
    _get("reviews/", OURS),
    _both("reviews/<str:number>/", REVIEWS, REVIEWS, REVIEW, deal="closed"),
    _get("process/proposals/", OURS),
    _both("process/proposals/new/", OURS, OURS, PROPOSAL),
    _get("process/proposals/<int:proposal_id>/", OURS),
    _get("process/proposals/<int:proposal_id>/cases/<slug:side>/", OURS),
    _post("process/proposals/<int:proposal_id>/back/", OURS, {"number": "{closed_number}"}),
    _post(
        "process/proposals/<int:proposal_id>/correct/",
        PROPOSED,
        {"text": "Письмо за час", "why": "Клиент помнит встречу", "seen": "{wording}"},
    ),
    _post("process/proposals/<int:proposal_id>/reject/", OWNS, {"words": "письма и так вовремя"}),
    _post(
        "process/proposals/<int:proposal_id>/judge/",
        HEADS | {"owner"},
        {"verdict": "kept", "words": "письма идут в срок"},
    ),
    # people
    _get("people/", OURS),
    _both("people/new/", ADMINISTRATOR, ADMINISTRATOR, PERSON),
    _both("people/units/new/", ADMINISTRATOR, ADMINISTRATOR, {**HOURS, "name": "Новый", "kind": "delivery"}),
    _both(
        "people/units/<int:unit_id>/",
        ADMINISTRATOR,
        ADMINISTRATOR,
        {**HOURS, "name": "Иной", "kind": "delivery"},
    ),
    _both("people/company/", ADMINISTRATOR, ADMINISTRATOR, {**HOURS, "name": "Мы", "language": "ru"}),
    _both("people/days/", OURS, ADMINISTRATOR, {"day": "2027-05-07", "kind": "off"}),
    _post("people/days/remove/", ADMINISTRATOR, {"day": "2027-05-07"}),
    _get("people/<int:person_id>/", OURS),
    _both("people/<int:person_id>/edit/", ADMINISTRATOR, ADMINISTRATOR, PERSON),
    _post("people/<int:person_id>/password/", ADMINISTRATOR),
    _post("people/<int:person_id>/absence/", ABSENCES, {"since": "2027-02-01", "until": "2027-02-05"}),
    _post("people/<int:person_id>/absence/<int:absence_id>/cancel/", ABSENCES),
    _post("people/<int:person_id>/projects/", ABSENCES, {"project": "Запуск ERP", "hours_a_week": "16"}),
    _post("people/<int:person_id>/projects/<int:assignment_id>/end/", ABSENCES),
    # how notices go out
    _get("channels/", ADMINISTRATOR),
    _post("channels/resend/", ADMINISTRATOR),
    _post("channels/drop/", ADMINISTRATOR),
    _post("channels/messages/<int:message>/resend/", ADMINISTRATOR),
    _post("channels/messages/<int:message>/drop/", ADMINISTRATOR),
    _post("channels/places/<int:place>/revive/", ADMINISTRATOR),
    _post("channels/<slug:channel>/wake/", ADMINISTRATOR),
    _post("channels/groups/<slug:messenger>/experts/", ADMINISTRATOR, {"unit": "{unit}"}),
    _post("channels/groups/<slug:messenger>/deals/", ADMINISTRATOR),
    _post("channels/groups/<int:group>/unbind/", ADMINISTRATOR),
    _post("channels/told/<int:told>/again/", ADMINISTRATOR),
    # the process
    _get("process/", OURS),
    _get("process/lists/", OURS),
    _get("process/sheet/", OURS),
    _get("process/sheet/<slug:paper>.pdf", OURS),
    _get("process/agendas/<slug:agenda>/sheet.pdf", OURS),
    _get("process/workbook/", OURS),
    _get("imports/", WINDOW),
    _get("imports/workbook/", WINDOW),
    _post("imports/file/", WINDOW, {"table": b"a;b"}),
    _post("imports/<int:import_id>/take-back/", WINDOW),
    _get("imports/tables/<int:draft_id>/", HANDED_IN),
    _both("imports/tables/<int:draft_id>/columns/", HANDED_IN, HANDED_IN, {"column-2": "client"}),
    _post("imports/tables/<int:draft_id>/words/", HANDED_IN),
    _post("imports/tables/<int:draft_id>/choices/", HANDED_IN),
    _post("imports/tables/<int:draft_id>/bring-in/", HANDED_IN),
    _get("imports/tables/<int:draft_id>/left-out/", HANDED_IN),
    _post("imports/tables/<int:draft_id>/drop/", HANDED_IN),
    _get("process/versions/", OURS),
    _get("process/versions/<int:number>/", OURS),
    _get("process/versions/<int:number>/lists/", OURS),
    _get("process/versions/<int:number>/yaml/", OURS),
    _get("process/compare/", OURS),
    _both("process/move/", OWNS, OWNS, {"to": "1"}),
    _both("process/edit/", OWNS, OWNS, {"text": "{process}", "note": "иначе", "instead_of": "1"}),
    _post("process/lint/", OWNS, {"text": "{process}", "instead_of": "1"}),
    _post("process/rehearsal/", OWNS, {"text": "{process}", "instead_of": "1"}),
    _get("process/rehearsal/deals/", HINTED),
    _get("process/ladder/", HINTED),
    _get("process/shadow/", HINTED),
    _post("process/preview/", OWNS, {"text": "{process}", "instead_of": "1"}),
)

OF_ALLAUTH = tuple(
    Row(route, {"GET": who}, theirs=True, agent=200)
    for who, routes in (
        (
            EVERYBODY,
            (
                "account/login/", "account/logout/", "account/password/reset/", "account/password/reset/done/",
                "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
                "account/password/reset/key/done/", "account/login/code/confirm/", "account/2fa/authenticate/",
                "account/2fa/webauthn/login/",
            ),
        ),
        (
            SIGNED_IN,
            (
                "account/reauthenticate/", "account/password/change/", "account/2fa/", "account/2fa/reauthenticate/",
                "account/2fa/totp/activate/", "account/2fa/recovery-codes/generate/",
                "account/2fa/webauthn/", "account/2fa/webauthn/add/", "account/2fa/webauthn/reauthenticate/",
                "account/2fa/webauthn/keys/<int:pk>/remove/", "account/2fa/webauthn/keys/<int:pk>/edit/",
            ),
        ),
        (
            NOBODY,
            (
                "^account/(?:signup|email|confirm-email|password/set|inactive)/", "account/signup/", "account/email/",
                "account/confirm-email/", "account/password/set/", "account/inactive/",
                "account/^confirm-email/(?P<key>[-:\\w]+)/$",
                # there is nothing yet for who has no second factor
                "account/2fa/totp/deactivate/", "account/2fa/recovery-codes/", "account/2fa/recovery-codes/download/",
            ),
        ),
    )
    for route in routes
)  # fmt: skip
"""Sign-in, password and second factor are allauth's; what we have no use for is nowhere."""
