"""What a field of a customer may hold, where its type does not say it."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: 职业类别: 1 is the safest, 9 an occupation that is declined.
OCCUPATION_CLASSES: Final = (1, 2, 3, 4, 5, 6, 9)


def occupation_class(value: int) -> None:
    """Raise ValidationError unless it is a class of occupations."""
    if value not in OCCUPATION_CLASSES:
        raise ValidationError(_("职业类别只有 1 至 6 类，9 是拒保职业。"), code="occupation_class")
