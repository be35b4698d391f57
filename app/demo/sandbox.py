"""The world outside, as a tester handles it: the phone that approves a payment, the authenticator of staff."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

_SECONDS = 10
# Any PIN will do on the practice phone.
_PIN = "12345"


class Sandbox:
    """The sandbox at `url`. Asking it is best effort: a sandbox that isn't there is no reason to stop."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet."""
        self.url = url.rstrip("/")
        # A proxy of this machine must not come between.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            self._ask("/authenticator.json")
        except OSError:
            return False
        return True

    def approve_payments(self, phone: str) -> None:
        """Press Approve for every payment that waits on that phone; raises OSError when it can't be reached."""
        number = quote(phone.lstrip("+"))
        for prompt in self._ask(f"/handset/{number}.json")["prompts"]:
            form = urlencode({"action": "approve", "pin": _PIN}).encode()
            self._ask(f"/handset/{number}/prompts/{prompt['reference_id']}", form)

    def keep_authenticator(self, label: str, secret: str) -> None:
        """Put a second factor on the authenticator page; raises OSError when it can't be reached."""
        self._ask("/authenticator", json.dumps({"label": label, "secret": secret}).encode(), "application/json")

    def _ask(self, path: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> Any:
        headers = {"Accept": "application/json", **({"Content-Type": kind} if body is not None else {})}
        request = urllib.request.Request(self.url + path, data=body, headers=headers)  # noqa: S310 - from settings
        try:
            with self._open(request, timeout=_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code == 409:  # somebody else pressed it
                return None
            raise
