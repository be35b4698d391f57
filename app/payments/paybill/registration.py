"""Tells operators where to ask and to tell us of payments; each worker does so once after its start."""

from datetime import datetime, timedelta

import structlog

from app.payments.paybill import service
from app.payments.paybill.port import BillReferenceProvider
from app.payments.till import Till

AGAIN = timedelta(minutes=5)
_log = structlog.get_logger()


class Registration:
    """Calls until each operator has taken note. The addresses are always the same, so once more does no harm."""

    def __init__(self, till: Till) -> None:
        """Nothing is called yet."""
        self._till = till
        self._waiting = [p for p in till.providers.values() if isinstance(p, BillReferenceProvider)]
        self._next: datetime | None = None

    def drain(self) -> int:
        """Call whom is still to be told, every five minutes at most; nothing is ever left to drain at once."""
        now = self._till.clock.now()
        if self._next is None or now >= self._next:
            self._waiting = [provider for provider in self._waiting if not self._tell(provider)]
            self._next = now + AGAIN
        return 0

    def _tell(self, provider: BillReferenceProvider) -> bool:
        told = provider.register_addresses(*service.addresses(self._till, provider))
        if not told:
            _log.warning("addresses_not_registered", provider=provider.code)
        return told
