"""The journal as an event log in XES (IEEE 1849-2016), which tools that mine processes open: ProM, Disco, pm4py.

Nobody's name and nothing that was typed is in it: people are ids, and a request's source, which people type, is left out.
Written element by element, one a line, as a stream.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOBase
from typing import Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from svyazka.presale.insight.traces import Event, Trace

_EXTENSIONS: Final = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Organizational", "org"),
    ("Lifecycle", "lifecycle"),
)
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLASSIFIERS: Final = (
    ("Activity", "concept:name"),
    ("Step", "concept:name lifecycle:transition"),
    ("Act", "act"),
    ("Resource", "org:resource"),
)
"""The first is the one that most tools begin with."""
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (its production Char)."""


@dataclass(frozen=True, slots=True)
class Written:
    """How much a log holds."""

    traces: int
    events: int


def write_xes(traces: Iterable[Trace], out: TextIOBase, *, name: str) -> Written:
    """Write the log. ``out`` has to encode as UTF-8.

    :param name: what the log is called
    """
    log = _Log(out)
    log.begin(name)
    cases = events = 0
    for trace in traces:
        log.trace(trace)
        cases, events = cases + 1, events + len(trace.events)
    log.end()
    return Written(cases, events)


class _Log:
    def __init__(self, out: TextIOBase) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=True)

    def begin(self, name: str) -> None:
        """Everything that stands before the first trace, in the order of the standard's schema."""
        self._xml.startDocument()
        self._open(
            "log", {"xes.version": "1849.2016", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}
        )
        for title, prefix in _EXTENSIONS:
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            self._alone("extension", {"name": title, "prefix": prefix, "uri": uri})
        self._globals()
        for title, keys in _CLASSIFIERS:
            self._alone("classifier", {"name": title, "scope": "event", "keys": keys})
        self._say("concept:name", name)
        self._say("lifecycle:model", "standard")

    def _globals(self) -> None:
        """What every trace and every event has; the values are placeholders."""
        self._open("global", {"scope": "trace"})
        for key in ("concept:name", "status"):
            self._say(key, "unknown")
        self._say("process", 0)
        self._say("received", _NEVER)
        self._close("global")
        self._open("global", {"scope": "event"})
        for key in ("concept:name", "lifecycle:transition", "org:resource", "act", "channel"):
            self._say(key, "unknown")
        self._say("time:timestamp", _NEVER)
        self._close("global")

    def trace(self, trace: Trace) -> None:
        """One deal."""
        self._open("trace", {})
        self._say("concept:name", trace.number)
        if trace.unit:
            self._say("unit", trace.unit)
        self._say("status", trace.status)
        self._say("process", trace.process)
        self._say("received", trace.received_at)
        for event in trace.events:
            self._event(event)
        self._close("trace")

    def _event(self, event: Event) -> None:
        self._open("event", {})
        self._say("concept:name", event.activity)
        if event.instance:
            self._say("concept:instance", event.instance)
        self._say("lifecycle:transition", event.transition)
        self._say("time:timestamp", event.at)
        self._say("org:resource", event.resource)
        if event.role:
            self._say("org:role", event.role)
        self._say("act", event.act)
        self._say("channel", event.channel)
        if event.outcome:
            self._say("outcome", event.outcome)
        if event.minutes_late is not None:
            self._say("minutes_late", event.minutes_late)
        self._close("event")

    def end(self) -> None:
        """Close the log."""
        self._close("log")
        self._xml.endDocument()

    def _say(self, key: str, value: str | int | datetime) -> None:
        match value:
            case datetime():
                kind, said = "date", value.astimezone(UTC).isoformat(timespec="microseconds")
            case int():
                kind, said = "int", str(value)
            case _:
                kind, said = "string", _NO_XML.sub("\ufffd", value)
        self._alone(kind, {"key": key, "value": said})

    def _alone(self, name: str, attributes: dict[str, str]) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))
        self._close(name)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.ignorableWhitespace("\n")

    def _close(self, name: str) -> None:
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")
