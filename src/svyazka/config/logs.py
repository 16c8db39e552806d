"""The log: one line per event, readable or JSON, without tokens, addresses and phones."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# Strangers choose what is logged, so that each pattern looks at a letter a bounded number of times: a run is taken whole
# (`++`) and from its beginning, or has a longest length.
_PRIVATE = (
    # The addresses of the client's pages, of a person's calendar and of live tables are their secrets.
    (re.compile(r"/(c|calendar|feeds)/[\w:-]{16,}"), r"/\1/<secret>"),
    (re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(\.[\w-]+)+"), "<email>"),
    (re.compile(r"(?<![\w.-])\+?\d[\d ()-]{8,28}\d(?![\w.-])"), "<phone>"),
    # The public form's address is its secret.
    (re.compile(r"/r/[\w-]{16,}"), "/r/<secret>"),
    # One-time codes of chats, as they are typed and as they stand in a messenger's address.
    (re.compile(r"(?i)\b(start|startgroup)(=|\s{1,9})[\w-]{16,}"), r"\1\2<code>"),
    # Signed links and keys: long unbroken runs with both letters and digits in them.
    (re.compile(r"(?<![\w:-])(?=[\w:-]*\d)(?=[\w:-]*[A-Za-z])[\w:-]{32,}"), "<token>"),
    (re.compile(r"(?i)\b(password|secret|token|key)=[^\s&]+"), r"\1=<hidden>"),
)


def without_private(text: str) -> str:
    """The text with what looks like an e-mail address, a phone or a token blotted out."""
    for pattern, blot in _PRIVATE:
        text = pattern.sub(blot, text)
    return text


def _blot(_logger: object, _method: str, event: EventDict) -> EventDict:
    kept = {"timestamp", "logger", "level"}
    return {
        name: without_private(value) if isinstance(value, str) and name not in kept else value
        for name, value in event.items()
    }


def configuration(form: str) -> dict[str, Any]:
    """Django's LOGGING for ``console`` or ``json``; also sets structlog up the same way."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(allow=["status_code"])],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _blot, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        # Django's own handlers would say each error twice.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
