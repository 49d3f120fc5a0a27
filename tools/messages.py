"""The catalogues of translations: one per room and language, made with Babel alone (no gettext programs needed).

The texts in the source are Chinese; ``ROOM/locale/en/LC_MESSAGES/django.po`` holds their English.

    python tools/messages.py update [ROOM ...]   take in new texts, drop those that are gone
    python tools/messages.py check               fail if English is missing, left over or told in two ways
    python tools/messages.py compile             write the .mo files that Django reads
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "src" / "keyuan"
LANGUAGE = "en"
HEADER = r"""msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
GAP = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")

SHOWN = 60  # findings that are printed in full

Key = tuple[str | tuple[str, ...], str | None]


def rooms() -> list[str]:
    """Every room of the package, by name."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def catalogue_path(room: str) -> Path:
    return PACKAGE / room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def key_of(message: Message) -> Key:
    return (message.id, message.context)


def _sources(room: str) -> Iterator[tuple[Path, str]]:
    """The files of a room that may hold texts, each as Python source (templates made into such by Django)."""
    for path in sorted((PACKAGE / room).rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts):
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((PACKAGE / room).rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # Only the calls matter: without indentation the rest cannot upset Python's tokenizer.
            yield path, "\n".join(line.strip() for line in source.splitlines())


def extracted(room: str) -> Catalog:
    """All texts that a room's source holds."""
    found = Catalog(locale=LANGUAGE)
    for path, source in _sources(room):
        place = path.relative_to(PACKAGE / room).as_posix()
        messages = extract("python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for _line, text, comments, context in messages:
            found.add(text, locations=[(place, None)], auto_comments=comments, context=context)
    return found


def stored(room: str) -> Catalog:
    """The catalogue on disk; empty if there is none yet."""
    path = catalogue_path(room)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _texts(catalogue: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalogue if message.id}


def _is_told(message: Message) -> bool:
    parts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(parts) and all(parts) and not message.fuzzy


def _known_everywhere() -> dict[Key, Message]:
    known: dict[Key, Message] = {}
    for room in rooms():
        for key, message in _texts(stored(room)).items():
            if _is_told(message):
                known.setdefault(key, message)
    return known


def update(names: list[str]) -> int:
    """Rewrite the catalogues from the source; English known in this room, else in any other, is kept."""
    known = _known_everywhere()
    waiting = 0
    for room in names or rooms():
        fresh, old = extracted(room), _texts(stored(room))
        for key, message in _texts(fresh).items():
            source = old.get(key) if key in old and _is_told(old[key]) else known.get(key)
            if source is not None:
                message.string = source.string
            waiting += not _is_told(message)
        path = catalogue_path(room)
        if not _texts(fresh):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        body = io.BytesIO()
        write_po(body, fresh, width=120, omit_header=True, sort_output=True, ignore_obsolete=True)
        path.write_text(HEADER + body.getvalue().decode().lstrip("\n"), encoding="utf-8")
    print(f"{waiting} texts wait for their English")
    return 0


def _gaps(text: str | tuple[str, ...]) -> set[str]:
    parts = text if isinstance(text, tuple | list) else (text,)
    return {match.group(0) for part in parts for match in GAP.finditer(part)}


def _faults_of(message: Message) -> str | None:
    if not _is_told(message):
        return "no English"
    if message.string and _gaps(message.string) - _gaps(message.id):
        return f"English has gaps that the Chinese has not: {sorted(_gaps(message.string) - _gaps(message.id))}"
    if message.string and not _fills(message):
        return f"the signs of per cent in {message.string!r} are neither gaps nor %%"
    return None


def _fills(message: Message) -> bool:
    """Whether a text with gaps, whose signs of per cent are doubled, can be filled."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if not any("%%" in one or "%(" in one for one in ids):
        return True
    parts = message.string if isinstance(message.string, tuple | list) else (message.string or "",)
    try:
        for part in parts:
            part % defaultdict(int)
    except (TypeError, ValueError):
        return False
    return True


def findings(names: list[str] | None = None) -> list[str]:
    """What is wrong with the catalogues, a line each; empty when they are complete and agree."""
    found, english = [], {}
    for room in rooms():
        said, source = _texts(stored(room)), _texts(extracted(room))
        for key, message in source.items():
            fault = "not in the catalogue" if key not in said else _faults_of(said[key])
            if fault and (not names or room in names):
                found.append(f"{room}: {message.id!r}: {fault}")
        for key, message in said.items():
            if key not in source and (not names or room in names):
                found.append(f"{room}: {message.id!r}: left over, no source says it any more")
            first = english.setdefault(key, (room, message.string))
            if first[1] != message.string and _is_told(message) and key in source and (not names or room in names):
                found.append(f"{room}: {message.id!r}: {message.string!r} here, {first[1]!r} in {first[0]}")
    return found


def check(names: list[str]) -> int:
    """Print the findings; 1 if there are any."""
    found = findings(names)
    print("\n".join(found[:SHOWN]) or "the English of every room is complete")
    if found:
        per_room = Counter(line.partition(":")[0] for line in found)
        print(
            f"{len(found)} findings ({', '.join(f'{room} {count}' for room, count in per_room.items())}). "
            "'make messages' takes in new texts; write their English into the .po file."
        )
    return 1 if found else 0


def compile_all(names: list[str]) -> int:
    """Write each .mo file that is older than its .po file."""
    for room in names or rooms():
        source = catalogue_path(room)
        target = source.with_suffix(".mo")
        if not source.exists():
            target.unlink(missing_ok=True)
        elif not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            part = target.with_suffix(f".{os.getpid()}")
            with part.open("wb") as file:
                write_mo(file, stored(room))
            part.replace(target)
    return 0


VERBS = {"update": update, "check": check, "compile": compile_all}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in VERBS:
        sys.exit(__doc__)
    sys.exit(VERBS[sys.argv[1]](sys.argv[2:]))
