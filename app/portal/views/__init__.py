"""The pages that join rooms."""

from app.portal.views import about, case_page, home
from app.portal.views.blueprint import bp

__all__ = ["about", "bp", "case_page", "home"]
