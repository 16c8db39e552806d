"""A change in the text of a written process that leaves everything else as its author wrote it, comments and all."""

from collections.abc import Iterator

import yaml

from svyazka.engine.process import Strength


def with_strength(text: str, stage: str, check: str, strength: Strength) -> str:
    """The text with one check's strength changed; as it was where it has no such check.

    :param text: one that passes the lint
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in _named(root, "stages", stage):
        for one in _named(part, "checks", check):
            value = _value(one, "strength")
            if value is not None:
                return text[: value.start_mark.index] + strength + text[value.end_mark.index :]
    return text


def _named(node: yaml.Node | None, name: str, key: str) -> Iterator[yaml.Node]:
    """Of the list at ``name`` what calls itself ``key``."""
    listed = _value(node, name)
    if isinstance(listed, yaml.SequenceNode):
        for one in listed.value:
            found = _value(one, "key")
            if isinstance(found, yaml.ScalarNode) and found.value == key:
                yield one


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """What stands at ``name`` of a mapping."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
