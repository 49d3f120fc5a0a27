"""``{% kept KEY … %}…{% endkept %}``: a part of the shell that is the same for everybody of the same standing.

Rendering the rail anew for each page takes longer than reading a customer. What is kept holds nothing of the person, the
customer or the request but what the keys say; keys must be hashable and few.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 512


class Kept(template.Node):
    """Renders its inside once for each value of the keys in each language."""

    def __init__(self, inside: NodeList, keys: Sequence[FilterExpression]) -> None:
        self.inside = inside
        self.keys = keys
        self.known: dict[tuple[Hashable, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        if settings.DEBUG:
            return self.inside.render(context)
        key = (get_language(), *(each.resolve(context) for each in self.keys))
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MOST:
                self.known.clear()
            found = self.known[key] = self.inside.render(context)
        return found


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """Keep what is inside by the keys that follow the name of the tag."""
    _, *keys = token.split_contents()
    if not keys:
        raise template.TemplateSyntaxError("kept needs at least one key: what the inside depends on")
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, [parser.compile_filter(key) for key in keys])
