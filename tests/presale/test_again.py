"""What is made once for many tests stands there as if it were made for each."""

from typing import Any

from django.apps import apps
from django.db import connection, transaction

from svyazka.presale.deals.queries import Filters, deal_rows
from svyazka.presale.journal.queries import faults
from svyazka.presale.people.queries import directory, settings_revision
from tests.again import again
from tests.company import TUESDAY, Company, accepted_deal, found

RANDOM = {"presale_workspace": "revision"}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for what is another random number each time."""
    told = {}
    with connection.cursor() as cursor:
        for table in {model._meta.db_table for model in apps.get_models(include_auto_created=True)}:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            kept = [
                at for at, column in enumerate(cursor.description or ()) if column[0] != RANDOM.get(table)
            ]
            told[table] = [tuple(row[at] for at in kept) for row in cursor.fetchall()]
    return told


def test_what_is_put_in_again_is_the_same_to_the_letter_and_work_goes_on(db: None) -> None:
    key = object()
    with transaction.atomic():
        us = again(key, lambda: found(TUESDAY))
        made, under = rows(), settings_revision()
        transaction.set_rollback(True)
    assert again(key, lambda: found(TUESDAY)) is us
    assert rows() == made
    assert settings_revision() != under
    assert directory().people[us.manager.me].short_name
    deal = accepted_deal(us)
    assert [row.id for row in deal_rows(viewer=us.administrator, filters=Filters())] == [deal]
    assert not list(faults())


def test_where_somebody_has_written_it_is_made_by_commands(company: Company) -> None:
    assert again("two", lambda: 2) == 2
    assert again("two", lambda: 3) == 3
