"""Taking a person's second factors away, for who has lost his phone and his recovery codes."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require
from svyazka.presale.people.sessions import end_sessions


@command
def forget_second_factors(*, person_id: int, actor: Actor, at: datetime) -> None:
    """Let a person sign in by password alone until he sets a second factor up anew; he is signed out everywhere,
    for whoever found his phone may be signed in on it.

    :raises NotFound: he has none
    """
    require(actor, "people.change")
    if not Authenticator.objects.filter(user_id=person_id).delete()[0]:
        raise NotFound
    end_sessions(person_id, at=at)
    record(
        chain=WORKSPACE, act=Act("person.second_factors_forgotten", {"person": person_id}), actor=actor, at=at
    )
