"""What is missing, in a few words: on a card there is room for "no expert yet", not for the sentence of the rule."""

import re
from collections.abc import Mapping
from typing import Final

from svyazka.engine.process import Check, Text

LACKING: Final[Mapping[str, Text]] = {
    "intake.complete": Text("анкета не заполнена", "intake form not filled in"),
    "intake.answered": Text("в анкете нет ответов", "answers missing in the form"),
    "duplicates.checked": Text("повторы не проверены", "duplicates not checked"),
    "manager.appointed": Text("нет менеджера", "no manager yet"),
    "expert.appointed": Text("нет эксперта", "no expert yet"),
    "estimator.appointed": Text("нет оценщика", "no estimator yet"),
    "author.recorded": Text("неизвестно, кто принёс", "author unknown"),
    "client.contacted": Text("клиенту не ответили", "client not answered"),
    "next_step.promised": Text("следующий шаг не обещан", "no next step promised"),
    "questions.answered": Text("есть открытые вопросы", "questions still open"),
    "decision.taken": Text("не решено, наш ли запрос", "not qualified yet"),
    "contract.signed": Text("договор не подписан", "contract not signed"),
    "meeting.scheduled": Text("нет даты встречи", "no date for the meeting"),
    "meeting.goals_agreed": Text("цели не согласованы", "goals not agreed"),
    "agenda.accepted": Text("повестка не принята", "agenda not accepted"),
    "briefing.read": Text("эксперт не прочёл материалы", "expert hasn’t read the material"),
    "huddle.held": Text("не было десятиминутки", "huddle not held"),
    "meeting.held": Text("встречи ещё не было", "meeting not held yet"),
    "letter.sent": Text("письмо-итог не отправлено", "letter not sent"),
    "letter.confirmed": Text("письмо-итог не подтверждено", "letter not confirmed"),
    "meeting.roles_shared": Text("роли на встрече не розданы", "roles not assigned"),
    "meeting.people_known": Text("неизвестно, кто придёт", "attendees unknown"),
    "expert.verdict": Text("нет вывода эксперта", "no verdict yet"),
    "client.ready": Text("клиент не сказал, готов ли", "client’s readiness unknown"),
    "estimate.requested": Text("оценка не запрошена", "estimate not requested"),
    "estimate.submitted": Text("оценка не готова", "estimate not ready"),
    "estimate.reviewed": Text("оценка не проверена", "estimate not reviewed"),
    "proposal.sent": Text("предложение не отправлено", "proposal not sent"),
    "defence.held": Text("защиты ещё не было", "defence not held yet"),
    "decision.dated": Text("нет даты решения", "no decision date"),
    "terms.agreed": Text("условия не согласованы", "terms not agreed"),
    "contract.sent": Text("договор не отправлен", "contract not sent"),
    "invoice.sent": Text("счёт не отправлен", "invoice not sent"),
    "handover.done": Text("сделка не передана команде", "not handed over yet"),
}
"""By fact, what stands on a card while it doesn't hold: three or four words, without a full stop."""

_PAUSE: Final = re.compile(r"\s+[—–-]\s|[,;:.(]\s")


def lacking(check: Check) -> Text:
    """What a check that doesn't hold lacks; of one that a person ticks, that the tick isn't there: its sentence alone would read as
    if it were done.
    """
    known = LACKING.get(check.fact or "")
    return known or Text(
        f"нет отметки «{_beginning(check.text.ru)}»", f"not ticked: “{_beginning(check.text.en)}”"
    )


def _beginning(sentence: str) -> str:
    return _PAUSE.split(sentence, maxsplit=1)[0]
