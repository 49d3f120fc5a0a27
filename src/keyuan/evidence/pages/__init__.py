"""The traceable sale 可回溯: every page of buying as it was shown, and every operation, in order, in a chain."""
