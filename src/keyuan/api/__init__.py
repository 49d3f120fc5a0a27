"""The HTTP API, version 1: routers only."""
