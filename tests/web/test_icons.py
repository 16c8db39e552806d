"""Icons come as one file, and a page names them."""

from xml.etree import ElementTree as ET

import pytest

from svyazka.web.ui.icons import ICONS, icon, sprite


def test_the_sprite_holds_every_icon_that_a_page_may_show() -> None:
    drawn = {symbol.attrib["id"]: symbol for symbol in ET.fromstring(sprite())}  # noqa: S314 (our own)
    assert set(drawn) == ICONS
    assert all(len(symbol) for symbol in drawn.values())
    assert "style=" not in sprite()


def test_an_icon_says_its_label_and_escapes_it() -> None:
    assert 'aria-hidden="true"' in icon("phone")
    assert "<script>" not in icon("phone", label='"><script>')
    assert 'role="img"' in icon("phone", label="Позвонить")


def test_an_icon_that_is_not_in_the_sprite_is_a_mistake_of_the_page() -> None:
    with pytest.raises(LookupError):
        icon("rocket")
