"""Rules of the house that a machine can hold: small files, strict templates, complete English, fresh lock files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.source import PACKAGE, PROJECT, beside, modules, names, shown, templates, tree

LONGEST_FILE = 400
INLINE = {
    "a script without src": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE
    ),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "a foreign address": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"']\s*(?:https?:)?//", re.IGNORECASE
    ),
}
# Chinese outside of a translation: in a template it would never be English.
CHINESE = re.compile(r"[一-鿿]")
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.DOTALL,
)
# The names of the languages are said in themselves.
SAID_IN_ITSELF = re.compile(r"<[^>]*\blang=\"zh[^\"]*\"[^>]*>[^<]*|\blang=\"zh-CN\"[^<]*|简体中文|客缘|中文")


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        shown(path): length
        for path in (*modules(tests=True), *beside())
        if (length := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


@pytest.mark.parametrize("fault", INLINE)
def test_templates_hold_no_code_and_no_style(fault: str) -> None:
    found = [
        f"{shown(path)}: {match.group(0)[:100]}"
        for path in templates()
        if path.suffix == ".html"
        for match in INLINE[fault].finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"{fault} breaks the content security policy:\n" + "\n".join(found)


def test_every_chinese_text_of_a_template_is_translated() -> None:
    found = []
    for path in templates():
        bare = TRANSLATED.sub(" ", path.read_text(encoding="utf-8"))
        bare = SAID_IN_ITSELF.sub(" ", bare)
        found += [f"{shown(path)}: {line.strip()[:80]}" for line in bare.splitlines() if CHINESE.search(line)]
    assert not found, "\n".join(found)


def test_the_english_of_every_room_is_complete() -> None:
    checked = subprocess.run(
        [sys.executable, str(PROJECT / "tools" / "messages.py"), "check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_nobody_swallows_every_exception() -> None:
    import ast

    found = [
        f"{shown(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert not found, f"except Exception: {found}"


def test_no_float_is_called_an_amount() -> None:
    import ast

    money = {"amount", "premium", "price", "sum_insured", "deductible"}
    # The generator draws at random and rounds once, to Decimal, before anything is stored: no company's money is in it.
    drawn = PACKAGE / "demo"
    found = [
        f"{shown(path)}:{node.lineno} {ast.unparse(node)[:80]}"
        for path in modules()
        if not path.is_relative_to(drawn)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.arg | ast.AnnAssign)
        and node.annotation is not None
        and "float" in ast.unparse(node.annotation)
        and any(word in ast.unparse(node).split(":")[0] for word in money)
    ]
    assert not found, "\n".join(found)


def test_public_modules_say_what_they_are_for() -> None:
    import ast

    silent = [
        shown(path)
        for path in modules()
        if path.name not in {"__init__.py", "apps.py", "urls.py"} and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_every_direct_dependency_is_in_its_lock_file() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    def locked(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (PROJECT / name).read_text(), re.MULTILINE))

    def bare(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for line in requirements}

    extras = project["optional-dependencies"]
    assert bare(project["dependencies"] + extras["build"]) <= locked("requirements-run.lock")
    everything = [line for extra in extras.values() for line in extra]
    assert bare(project["dependencies"] + everything) <= locked("requirements.lock")


def test_the_two_lock_files_agree() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9][a-z0-9._-]*==\S+", (PROJECT / name).read_text(), re.MULTILINE))

    assert pins("requirements-run.lock") <= pins("requirements.lock")


def test_lock_files_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-run.lock", "package-lock.json"):
        text = (PROJECT / name).read_text()
        assert '"resolved"' not in text
        assert "--index-url" not in text
        assert "--extra-index-url" not in text


def test_names_are_ascii() -> None:
    found = [f"{shown(path)}:{line} {name}" for path in modules() for line, name in names(path) if not name.isascii()]
    assert not found


def test_only_the_customers_room_says_that_somebody_is_in_scope() -> None:
    makers = [path for path in modules() if re.search(r"(?<!class )\bInScope\(", path.read_text())]
    assert {path.relative_to(PACKAGE).parts[0] for path in makers} == {"customers"}
