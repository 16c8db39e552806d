"""The signs by which a client is recognised, in cells: INN, phone, e-mail. Their forms are those of ``engine.identity``."""

from datetime import date, time, timedelta
from typing import Final

from svyazka.engine.identity import EMAIL_IN_TEXT, normal_email, normal_phone, valid_inn
from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import EMPTY, Cell, Read, refused, text_of, unread

_LONGEST: Final = 200
"""Letters of a cell in which one sign is looked for."""
_PHONE_LETTERS: Final = frozenset("0123456789+-() .\u00a0")
_MOST_DIGITS: Final = 15
"""Digits of a phone number, by E.164."""


def read_inn(cell: Cell) -> Read:
    """Ten digits or twelve whose check digits hold. A zero that a spreadsheet took for nothing is put back, and told as mended."""
    said = _said(cell)
    if isinstance(said, Read):
        return said
    if inn := valid_inn(said):
        return Read(inn, said)
    # nine digits of a company's, eleven of a person's
    if len(said) in {9, 11} and said.isdecimal() and (inn := valid_inn(f"0{said}")):
        return Read(inn, said, is_mended=True)
    return unread(Code.BAD_INN, said)


def read_phone(cell: Cell) -> Read:
    """The first phone of the cell as ``+74951234567``; words and numbers beside it are left out, and told as mended."""
    said = _said(cell)
    if isinstance(said, Read):
        return said
    phone = normal_phone(said)
    if phone is None:
        return unread(Code.BAD_PHONE, said)
    return Read(phone, said, is_mended=not _is_bare(said))


def read_email(cell: Cell) -> Read:
    """The first address of the cell in small letters; what stands beside it is left out, and told as mended."""
    said = _said(cell)
    if isinstance(said, Read):
        return said
    if email := normal_email(said):
        return Read(email, said, is_mended="<" in said)
    for found in EMAIL_IN_TEXT.finditer(said):
        if email := normal_email(found[0]):
            return Read(email, said, is_mended=True)
    return unread(Code.BAD_EMAIL, said)


def _said(cell: Cell) -> str | Read:
    """The cell's text, or what the cell is if that holds no sign."""
    said = text_of(cell)
    if not said:
        return EMPTY
    if isinstance(cell, bool | date | time | timedelta):
        return refused(Code.WRONG_TYPE, said)
    return refused(Code.TOO_LONG, said) if len(said) > _LONGEST else said


def _is_bare(said: str) -> bool:
    """Whether nothing but one number stands there."""
    return _PHONE_LETTERS.issuperset(said) and sum(map(str.isdigit, said)) <= _MOST_DIGITS
