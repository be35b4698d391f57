"""Whom we trust when we speak to a provider over HTTPS."""

import ssl
from functools import cache

import httpx


@cache
def trusted_certificates() -> ssl.SSLContext:
    """The certificate authorities of certifi, or of SSL_CERT_FILE; reading them takes longer than a request, so once.

    A context may be shared by any number of clients and threads.
    """
    return httpx.create_ssl_context()
