"""Tests that belong to no single room: the architecture, journeys, and the fixtures that all tests share."""
