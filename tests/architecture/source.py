"""The project's own source, as the tests of the architecture read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "keyuan"


def rooms() -> list[str]:
    """Every room, by name."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def modules(*, tests: bool = False) -> list[Path]:
    """Every Python file of the package but migrations; with the tests if asked."""
    left_out = {"migrations"} | (set() if tests else {"tests"})
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not left_out & set(path.relative_to(PACKAGE).parts)]


def beside() -> list[Path]:
    """The Python files that are not shipped: the tests of the whole, benchmarks and tools."""
    return sorted(path for folder in ("tests", "benchmarks", "tools") for path in (PROJECT / folder).rglob("*.py"))


def templates() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".txt"})


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a file defines (classes, functions, arguments, variables, attributes), with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr


def words(identifier: str) -> str:
    """``PolicyTerm``, ``policy_term`` and ``POLICY_TERM`` are all ``policy term``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_", " ", identifier)
    return " ".join(spaced.lower().split())


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The modules that a file imports when it runs (not those only for types), with the names taken from them."""
    for node in _running(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _running(child)
