"""What a product is, as data: the format (``schema``), its reading with faults by line (``loading``) and its checks."""

from keyuan.products.definition.faults import BadDefinition, Fault
from keyuan.products.definition.loading import load
from keyuan.products.definition.schema import Definition

__all__ = ["BadDefinition", "Definition", "Fault", "load"]
