"""What is left when anything is killed at any moment (docs/adr/0029). ``python -m tests.faults --help``."""
