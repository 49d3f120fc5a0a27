"""Files on any record: kept, checked by their content, scanned, handed out only after a look at who asks."""
