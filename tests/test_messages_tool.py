"""The translation tool: takes in texts from Python and templates, and tells what is wrong."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.fixtures.browser import _tool

PYTHON = (
    'from django.utils.translation import gettext as _, ngettext\n_("保单号")\nngettext("%(n)s张", "%(n)s张保单", 2)\n'
)
TEMPLATE = """{% load i18n %}<p title="{% translate "客户" %}">it's (
{% blocktranslate trimmed with name=x.name %}
    {{ name }} 的保单
{% endblocktranslate %} {% translate "开" context "switch" %}</p>"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, looking at a package with one room."""
    module = _tool("messages")
    room = tmp_path / "desk"
    (room / "templates" / "desk").mkdir(parents=True)
    (room / "tests").mkdir()
    (room / "__init__.py").touch()
    (room / "states.py").write_text(PYTHON)
    (room / "tests" / "test_x.py").write_text('_("只在测试里")')
    (room / "templates" / "desk" / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    return module


def tell(tool: ModuleType, chinese: str, english: str) -> None:
    path = tool.catalogue_path("desk")
    path.write_text(path.read_text().replace(f'msgid "{chinese}"\nmsgstr ""', f'msgid "{chinese}"\nmsgstr "{english}"'))


def test_texts_come_from_python_and_templates_and_not_from_tests(tool: ModuleType) -> None:
    texts = {(message.id, message.context) for message in tool.extracted("desk") if message.id}
    assert texts == {
        ("保单号", None),
        (("%(n)s张", "%(n)s张保单"), None),
        ("客户", None),
        ("%(name)s 的保单", None),
        ("开", "switch"),
    }


def test_missing_and_left_over_english_and_wrong_gaps_are_told(tool: ModuleType) -> None:
    tool.update([])
    assert len(tool.findings()) == 5
    tell(tool, "保单号", "Policy number")
    tell(tool, "%(name)s 的保单", "Policies of %(nome)s")
    found = "\n".join(tool.findings())
    assert "保单号" not in found
    assert "gaps that the Chinese has not: ['%(nome)s']" in found
    (tool.PACKAGE / "desk" / "states.py").write_text("")
    assert "'保单号': left over" in "\n".join(tool.findings())


def test_a_sign_of_per_cent_that_no_page_could_fill_is_told(tool: ModuleType) -> None:
    tool.update([])
    tell(tool, "%(name)s 的保单", "Policies of %(name)s, 20%%% of all")
    assert "neither gaps nor %%" in "\n".join(tool.findings())


def test_english_that_is_known_is_kept_when_texts_are_taken_in_again(tool: ModuleType) -> None:
    tool.update([])
    tell(tool, "客户", "Customer")
    tool.update([])
    assert 'msgid "客户"\nmsgstr "Customer"' in tool.catalogue_path("desk").read_text()


def test_the_same_chinese_told_in_two_ways_is_found(tool: ModuleType) -> None:
    other = tool.PACKAGE / "claims"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "states.py").write_text('_("客户")')
    tool.update([])
    tell(tool, "客户", "Customer")
    path = tool.catalogue_path("claims")
    path.write_text(path.read_text().replace('msgid "客户"\nmsgstr ""', 'msgid "客户"\nmsgstr "Client"'))
    assert "desk: '客户': 'Customer' here, 'Client' in claims" in "\n".join(tool.findings())


def test_compiled_catalogues_are_what_django_reads(tool: ModuleType) -> None:
    import gettext

    tool.update([])
    tell(tool, "客户", "Customer")
    tool.compile_all([])
    with tool.catalogue_path("desk").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("客户") == "Customer"
