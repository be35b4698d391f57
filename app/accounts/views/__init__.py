"""The pages of this room."""

from app.accounts.views.blueprint import bp

# Each module hangs its pages on the blueprint.
from app.accounts.views import account, entering, people, registering, resetting  # isort: skip

__all__ = ["account", "bp", "entering", "people", "registering", "resetting"]
