"""What every test of every room can ask for."""

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.organisation",
    "tests.fixtures.agents",
    "tests.fixtures.browser",
    "tests.fixtures.budgets",
]
