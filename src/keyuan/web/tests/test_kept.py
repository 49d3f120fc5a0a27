from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils import translation

PAGE = "{% load i18n kept %}{% kept key %}{{ key }} {{ free }} {% translate '客户' context '页面' %}{% endkept %}"


@override_settings(DEBUG=False)
def test_a_part_is_rendered_once_for_each_key_and_language() -> None:
    page = Template(PAGE)

    def shown(key: str, free: str) -> str:
        return page.render(Context({"key": key, "free": free}))

    assert shown("a", "1") == "a 1 客户"
    assert shown("a", "2") == "a 1 客户"
    assert shown("b", "2") == "b 2 客户"
    with translation.override("en"):
        assert shown("a", "3") == "a 3 Customers"


def test_a_part_without_a_key_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="depends"):
        Template("{% load kept %}{% kept %}{% endkept %}")
