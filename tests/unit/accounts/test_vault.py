"""What is sealed opens only in its own place."""

import pytest

from app.accounts.vault import Unreadable, Vault

KEY = "a-key-for-tests-only-of-enough-length"


def test_what_was_sealed_can_be_opened() -> None:
    vault = Vault(KEY)
    sealed = vault.seal(b"123456", "totp:1")
    assert b"123456" not in sealed
    assert vault.open(sealed, "totp:1") == b"123456"
    assert vault.seal(b"123456", "totp:1") != sealed


def test_it_does_not_open_for_another_use_with_another_key_or_when_changed() -> None:
    vault = Vault(KEY)
    sealed = vault.seal(b"123456", "totp:1")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for opener, stuff, about in (
        (vault, sealed, "totp:2"),
        (Vault(KEY + "x"), sealed, "totp:1"),
        (vault, changed, "totp:1"),
        (vault, b"", "totp:1"),
    ):
        with pytest.raises(Unreadable):
            opener.open(stuff, about)


def test_a_digest_depends_on_key_use_and_value() -> None:
    vault = Vault(KEY)
    digest = vault.digest("123456", "code:1")
    assert digest == vault.digest("123456", "code:1")
    others = [
        vault.digest("123457", "code:1"),
        vault.digest("123456", "code:2"),
        Vault(KEY + "x").digest("123456", "code:1"),
    ]
    assert digest not in others
