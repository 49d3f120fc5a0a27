"""Checking proof with bytes and a root certificate alone: no tables, no clock, no Django."""
