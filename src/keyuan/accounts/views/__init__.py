"""Pages of the accounts room."""

from keyuan.accounts.views.entrance import not_offered, password_forgotten, preferences

__all__ = ["not_offered", "password_forgotten", "preferences"]
