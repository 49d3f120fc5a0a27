"""Conditions over customers: JSON or the builder's form → a typed tree → SQL through the ORM, in the viewer's scope."""

from keyuan.customer360.conditions.catalogue import catalogue
from keyuan.customer360.conditions.parsing import as_json, parse, parse_text
from keyuan.customer360.conditions.shaped import Shaped, matching
from keyuan.customer360.conditions.tree import EVERYBODY, Condition

__all__ = ["EVERYBODY", "Condition", "Shaped", "as_json", "catalogue", "matching", "parse", "parse_text"]
