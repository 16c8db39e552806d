"""A press that comes too late: the worker is at the table, or it is brought in already. Its page says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from svyazka.presale.journal.values import Conflict
from svyazka.speech.refusals import say
from svyazka.web.ui.guard import see_other

View = Callable[..., HttpResponse]


def back_to_the_table(view: View) -> View:
    """Lead back to the page of the draft with what was refused; it shows how things stand."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, draft_id: int, **path: Any) -> HttpResponse:
        try:
            return view(request, *args, draft_id=draft_id, **path)
        except Conflict as refusal:
            messages.error(request, say(refusal))
            return see_other("imports:draft", draft_id=draft_id)

    return answer
