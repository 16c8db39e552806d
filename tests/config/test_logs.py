"""The log is read by many and kept for long: it holds nobody's address, phone or key."""

import json
import logging
import logging.config
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.config import logs

TOKENS = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=43, max_size=43
).filter(lambda text: any(char.isdigit() for char in text) and any(char.isalpha() for char in text))


@given(TOKENS)
def test_a_signed_link_never_reaches_the_log(token: str) -> None:
    assert token not in logs.without_private(f"Not Found: /letter/{token}/confirm")


@pytest.mark.parametrize(
    "address", ["/feeds/{}/google.csv", "/feeds/{}/excel.xlsx", "/c/{}/", "/calendar/{}.ics", "/r/{}/"]
)
@given(secret=st.text("abcdefXYZ0189_-", min_size=43, max_size=43))
def test_a_secret_address_never_reaches_the_log_be_there_a_digit_in_it_or_not(
    address: str, secret: str
) -> None:
    assert secret not in logs.without_private(f"Not Found: {address.format(secret)}")


@pytest.mark.parametrize(
    "said",
    ["text='/start {}'", "https://t.me/our_bot?start={}", "?startgroup={}&admin=invite_users", "/START\n{}"],
)
@given(code=st.text("abcdefXYZ0189_-", min_size=32, max_size=32))
def test_a_code_of_a_chat_never_reaches_the_log_be_there_a_digit_in_it_or_not(said: str, code: str) -> None:
    assert code not in logs.without_private(said.format(code))


@pytest.mark.parametrize(
    "private", ["ivan.petrov+1c@mail.example.ru", "+7 (912) 345-67-89", "89123456789", "password=hunter2"]
)
def test_what_belongs_to_people_is_blotted_out(private: str) -> None:
    assert private not in logs.without_private(f"could not reach {private}, will try again")


@pytest.mark.parametrize(
    "kept", ["deal 4217 took 38 ms", "С-2026-0042 at 2026-11-26T16:00:00", "svyazka.presale.commitments"]
)
def test_what_helps_to_find_a_fault_stays(kept: str) -> None:
    assert logs.without_private(kept) == kept


@pytest.mark.parametrize(
    "run",
    [
        "a",
        "1-",
        "(1-",
        "a.",
        "a@",
        "a1:",
        "start ",
        "start" + " " * 90,
        "/r/",
        "token=",
        "1 ",
        "+7 (",
        "a1-" * 9 + " ",
    ],
)
def test_a_stranger_who_chooses_what_is_logged_costs_no_more_than_its_length(run: str) -> None:
    """A pattern that began anew at each letter of this would not come to an end within a day."""
    assert logs.without_private(run * (2_000_000 // len(run)) + "\n!").endswith("!")


def test_a_json_line_tells_the_event_its_level_and_time() -> None:
    stream = StringIO()
    form = logs.configuration("json")["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        form["()"](foreign_pre_chain=form["foreign_pre_chain"], processors=form["processors"])
    )
    handler.handle(
        logging.LogRecord(
            "svyazka.worker", logging.ERROR, __file__, 1, "letter to %s failed", ("a@b.ru",), None
        )
    )
    line = json.loads(stream.getvalue())
    assert line["event"] == "letter to <email> failed"
    assert (line["level"], line["logger"]) == ("error", "svyazka.worker")
    assert "timestamp" in line
