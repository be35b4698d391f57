"""A browser that meets a portal which may die at any moment, on a line that may be cut."""

import re
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

# What a person meets when they press twice, come late, or the house is on fire.
_USUAL = frozenset({200, 303, 409, 503})
_HIDDEN = re.compile(r'<input type="hidden"[^>]*?name="([^"]+)" value="([^"]*)"')


class Tap(StrEnum):
    """How a button is pressed."""

    ONCE = "once"
    TWICE = "twice"
    AND_GIVE_UP = "and give up"
    HALF_SENT = "half sent"


@dataclass(slots=True, kw_only=True)
class Answers:
    """What came back from one press: the answers that arrived. `whole` unless the request was cut on its way."""

    whole: bool
    arrived: list[httpx.Response]

    def leads_to(self, ending: str) -> bool:
        """Whether one of them sends the browser on to an address that ends so."""
        return any(answer.headers.get("location", "").endswith(ending) for answer in self.arrived)


@dataclass(slots=True, kw_only=True)
class Browser:
    """Cookies, and the answers that no page should ever give. Safe to be used by several threads."""

    url: str
    session: str
    odd: list[str] = field(default_factory=list)
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        self._client = httpx.Client(base_url=self.url, timeout=15, trust_env=False, cookies={"sid": self.session})

    def get(self, path: str) -> httpx.Response | None:
        """The page or where it leads to; None when the portal has none just now."""
        return self._note(self._client.build_request("GET", path))

    def press(self, path: str, page: httpx.Response, tap: Tap, data: Mapping[str, str], **more: Any) -> Answers:
        """Send the form of `page` with `data` in it, in this way."""
        token = hidden(page, "csrf_token")
        # What is needed comes first, so that half of the form would be enough for a server that doesn't count bytes.
        form = {"csrf_token": token, **data, "padding": "." * 4000}
        request = self._client.build_request("POST", path, data=form, **more)
        request.read()
        match tap:
            case Tap.ONCE:
                found = [self._note(request)]
            case Tap.TWICE:
                with ThreadPoolExecutor(2) as hands:
                    found = list(hands.map(self._note, (request, request)))
            case Tap.AND_GIVE_UP | Tap.HALF_SENT:
                found = []
                self._abandon(request, 0.5 if tap is Tap.HALF_SENT else 1.0)
        return Answers(whole=tap is not Tap.HALF_SENT, arrived=[answer for answer in found if answer is not None])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _note(self, request: httpx.Request) -> httpx.Response | None:
        try:
            answer = self._client.send(request)
        except httpx.TransportError:
            return None
        if answer.status_code not in _USUAL:
            words = " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())
            self.odd.append(f"{answer.status_code} for {request.method} {request.url.path}: {words[:400]}")
        # 503 says "try again", as does no answer at all.
        return answer if answer.status_code in (200, 303) else None

    def _abandon(self, request: httpx.Request, share: float) -> None:
        """Send so much of the request, and go away without waiting for the answer."""
        lines = [f"{request.method} {request.url.raw_path.decode()} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        body = request.read()
        try:
            with socket.create_connection((request.url.host, request.url.port or 80), timeout=5) as line:
                line.sendall("\r\n".join([*lines, "", ""]).encode() + body[: int(len(body) * share)])
        except OSError:
            return


def hidden(page: httpx.Response, name: str) -> str:
    """The value of the page's first hidden field of that name; raises KeyError."""
    for found, value in _HIDDEN.findall(page.text):
        if found == name:
            return str(value)
    raise KeyError(name)
