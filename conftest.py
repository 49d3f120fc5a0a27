"""What every test of every room can ask for."""

from hypothesis import settings

# The same examples every time, so that a change is judged by what it changed, and few of them, for they are the same.
# Others, and more: pytest --hypothesis-profile=default
settings.register_profile("steady", derandomize=True, max_examples=40)
settings.load_profile("steady")

pytest_plugins = [
    "tests.fixtures.scheduling",
    "tests.fixtures.tables",
    "tests.fixtures.browser",
    "tests.fixtures.database",
    "tests.fixtures.organisation",
    "tests.fixtures.trust",
    "tests.fixtures.agents",
    "tests.fixtures.budgets",
    "tests.fixtures.language",
]
