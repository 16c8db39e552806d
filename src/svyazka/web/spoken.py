"""Templates compiled once a language: a text that never changes is looked up when the template is compiled, not in every page.

A deal page says some hundred and fifty texts, and asking the catalog for each through Jinja's layers was a tenth of its time.
"""

from functools import cache

from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


class SpokenEnvironment(Environment):
    """An environment whose templates speak ``language``; with None they ask for the language in every page, as Jinja does."""

    language: str | None = None

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 (Jinja's signature)
    ) -> str:
        if self.language is not None:
            with translation.override(self.language):
                source = _Speaker().visit(source)
        return super()._generate(source, name, filename, defer_init)

    @cache  # noqa: B019 (an environment lives as long as its process)
    def speaking(self, language: str) -> "SpokenEnvironment":
        """The twin of this environment for one language. A global that renders templates says ``within`` which ones."""
        twin: SpokenEnvironment = self.overlay()
        twin.language = language
        twin.globals = {
            name: value.within(twin) if hasattr(value, "within") else value
            for name, value in self.globals.items()
        }
        return twin


class _Speaker(NodeTransformer):
    """Puts texts in place of ``_("...")`` and ``pgettext("...", "...")``; what has numbers is left to the page."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja asks for this name)
        self.generic_visit(node)
        said = self._said(node)
        if said is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if not node.kwargs:
            return nodes.Const(said % {}, lineno=node.lineno)
        values = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
        return nodes.Mod(nodes.Const(said), nodes.Dict(values), lineno=node.lineno)

    @staticmethod
    def _said(node: nodes.Call) -> Markup | None:
        words = [one.value for one in node.args if isinstance(one, nodes.Const)]
        if not isinstance(node.node, nodes.Name) or len(words) != len(node.args):
            return None
        # texts of our own catalogs are trusted as those in the templates are
        if node.node.name == "_" and len(words) == 1:
            return Markup(translation.gettext(words[0]))  # noqa: S704
        if node.node.name == "pgettext" and len(words) == 2:
            return Markup(translation.pgettext(words[0], words[1]))  # noqa: S704
        return None
