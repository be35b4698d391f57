"""What these tests share: a carrier that keeps what it is given, and the queue that feeds it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from app.accounts import outgoing
from app.accounts.code_sender import OutgoingCode
from app.wiring import House


@dataclass
class Carrier:
    """A CodeSender that delivers into a list."""

    sent: list[OutgoingCode] = field(default_factory=list)

    def send(self, message: OutgoingCode) -> None:
        self.sent.append(message)

    def to(self, contact: str) -> list[str]:
        """The texts that a phone number or an address has received."""
        return [message.text for message in self.sent if message.contact.value == contact]

    def code_for(self, contact: str) -> str:
        """The newest code that it has received."""
        found = re.search(r"\b\d{6}\b", self.to(contact)[-1])
        assert found, f"no code in {self.to(contact)}"
        return found.group()


@pytest.fixture
def carrier(house: House) -> Carrier:
    """The carrier of this test's portal."""
    made = Carrier()
    house.extensions["code_sender"] = made
    return made


@pytest.fixture
def delivered(house: House, carrier: Carrier) -> Callable[[], Carrier]:
    """Send what is due, and look at what arrived."""

    def deliver() -> Carrier:
        outgoing.drain(house.database, house.clock, house.extensions["vault"], carrier)
        return carrier

    return deliver
