"""Pages and answers of the files room."""
