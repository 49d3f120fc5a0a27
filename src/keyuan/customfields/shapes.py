"""What the rooms above work with: a definition as a plain value. It can be kept between requests."""

from __future__ import annotations

from dataclasses import dataclass

from keyuan.accounts.roles import Permission
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.kernel.wording import in_language

PREFIX = "custom."


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a choice takes: ``code`` is stable for ever and is what is stored."""

    code: str
    name: str
    name_en: str = ""
    retired: bool = False

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Definition:
    """One custom field. ``slug`` is its key in the column ``custom``; ``see`` and ``edit`` are who may do so."""

    id: int
    record: RecordKind
    slug: str
    name: str
    name_en: str
    type: FieldType
    choices: tuple[Choice, ...]
    required: bool
    help: str
    help_en: str
    section: str
    section_en: str
    order: int
    see: Permission
    edit: Permission
    retired: bool

    @property
    def label(self) -> str:
        """What people call it, in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def help_text(self) -> str:
        return in_language(self.help, self.help_en)

    @property
    def section_label(self) -> str:
        return in_language(self.section, self.section_en)

    @property
    def key(self) -> str:
        """How forms, mappings, changes in the log and refusals name it: ``custom.slug``."""
        return f"{PREFIX}{self.slug}"

    @property
    def open_choices(self) -> tuple[Choice, ...]:
        """What may be chosen from now on."""
        return tuple(choice for choice in self.choices if not choice.retired)

    def choice_label(self, code: str) -> str:
        """A stored code as people read it; one that nobody defines any more shows as itself."""
        return next((choice.label for choice in self.choices if choice.code == code), code)
