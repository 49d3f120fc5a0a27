"""The pages of buying online."""
