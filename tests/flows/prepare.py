"""Fill a fresh installation: the small company, administrators with tokens, deals ready to leave their stage."""

import json
import os
import sys
from datetime import timedelta


def main() -> None:
    """Print as JSON: tokens, names, numbers of deals. Arguments: how many administrators, how many deals."""
    finishing, ready = int(sys.argv[1]), int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("createcachetable", verbosity=0)
    from svyazka.presale.people.commands import Profile, issue_token, save_person
    from svyazka.presale.people.queries import directory
    from svyazka.presale.people.rights import SCOPES
    from tests.company import accepted_deal, found_company

    now = timezone.now()
    company = found_company(now - timedelta(days=30))
    administrator = company.administrator

    def token(person_id: int) -> str:
        return issue_token(person_id=person_id, name="test", scopes=SCOPES, actor=administrator, at=now)

    everything = frozenset({"administrator"})
    finishers = [
        save_person(
            profile=Profile(f"{number}@svyazka.example", f"Первый{number}", "Кто", duties=everything),
            actor=administrator,
            at=now,
        )
        for number in range(finishing)
    ]
    deals = [accepted_deal(company, now - timedelta(days=2)) for _ in range(ready)]
    from svyazka.presale.deals.queries import rows_by_id

    rows = rows_by_id(deals, viewer=administrator)
    told = {
        "token": token(administrator.me),
        "manager": company.manager.me,
        "expert": company.expert.me,
        "finishers": [{"name": directory().name(person), "token": token(person)} for person in finishers],
        "ready": [rows[pk].path for pk in deals],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
