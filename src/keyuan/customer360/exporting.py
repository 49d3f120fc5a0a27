"""Tables for a spreadsheet, as the kernel writes them."""

from keyuan.kernel.exporting import csv_pieces, harmless, xlsx_file

__all__ = ["csv_pieces", "harmless", "xlsx_file"]
