"""The one append-only log of everything that happens, and the cursors of those who read it."""
