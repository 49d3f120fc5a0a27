"""People and enterprises, their identifiers, households, relations and consents."""
