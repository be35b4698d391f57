"""The pages of the desk."""

from app.office.views import advocates, counter, deciding, dossier, queue, trouble, waivers
from app.office.views.blueprint import bp

__all__ = ["advocates", "bp", "counter", "deciding", "dossier", "queue", "trouble", "waivers"]
