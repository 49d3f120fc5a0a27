"""The lake: the book as Parquet files without anybody's name in them, for questions about all of it at once."""
