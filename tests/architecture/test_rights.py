"""The page about rights says what the table of rights says."""

from svyazka.presale.people.rights import RIGHTS
from tools import rights


def test_every_right_is_told_in_words() -> None:
    assert set(rights.ACTS) == set(RIGHTS)


def test_the_page_of_rights_is_fresh() -> None:
    assert rights.PAGE.read_text(encoding="utf-8") == rights.page(), "run: python -m tools.rights"
