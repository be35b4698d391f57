"""What a browser says of itself, and where it may be sent on to."""

import pytest

from app.accounts.views.browser import browser_words, safe_next
from app.web.network import network_of


@pytest.mark.parametrize("path", ["/", "/account", "/file/1/parties?side=plaintiff&x=%C3%A9", "/a#b", "/a/../b"])
def test_addresses_on_this_site_are_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\evil.example",
        "https://evil.example",
        "http:evil",
        "javascript:alert(1)",
        "data:text/html,x",
        " /account",
        "/a b",
        "/a\r\nSet-Cookie: x=1",
        "/a\tb",
        "/\u202ea",
        "/" + "a" * 1000,
        "/sign-out",
        "/sign-out?x=1",
    ],
)
def test_everything_else_is_left_out(path: str | None) -> None:
    assert safe_next(path) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("41.186.1.10", "41.186.1.0/24"),
        ("::ffff:41.186.1.10", "41.186.1.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_neighbours_share_a_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Opera/9.80 (Android; Opera Mini/36.2) Presto/2.12", "Opera Mini, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent: str, words: str) -> None:
    assert browser_words(agent) == words
