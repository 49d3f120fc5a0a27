"""What every test of every room can ask for."""

from hypothesis import settings

# The same examples every time, so that a change is judged by what it changed. Others: pytest --hypothesis-profile=default
settings.register_profile("steady", derandomize=True)
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
