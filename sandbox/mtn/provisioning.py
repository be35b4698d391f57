"""Making API users and keys, as the provider's test system has it, and tokens for both products."""

import binascii
import ipaddress
from base64 import b64decode

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import Moment
from sandbox.mtn.access import TOKEN_SECONDS, ApiUser, UserExists
from sandbox.mtn.wire import Refused, body, carry_out, check_subscription, refused, uuid4
from sandbox.world import world

pages = Blueprint("mtn_provisioning", __name__)


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.post("/v1_0/apiuser")
def make_user() -> tuple[str, int]:
    """Make a user of the environment "sandbox", which takes EUR only."""
    check_subscription("collection")
    host = body().get("providerCallbackHost")
    if not isinstance(host, str) or not host or _is_address(host):
        raise refused(400, "VALIDATION_ERROR", "providerCallbackHost must be a host name.")
    user = ApiUser(id=uuid4(request.headers.get("X-Reference-Id")), callback_host=host, target="sandbox")
    try:
        world().access.provision(user)
    except UserExists:
        raise refused(409, "RESOURCE_ALREADY_EXIST") from None
    return "", 201


@pages.post("/v1_0/apiuser/<user_id>/apikey")
def make_key(user_id: str) -> tuple[Response, int]:
    check_subscription("collection")
    key = world().access.new_key(uuid4(user_id))
    if key is None:
        raise refused(404, "RESOURCE_NOT_FOUND")
    return jsonify(apiKey=key), 201


@pages.get("/v1_0/apiuser/<user_id>")
def show_user(user_id: str) -> Response:
    check_subscription("collection")
    user = world().access.user(uuid4(user_id))
    if user is None:
        raise refused(404, "RESOURCE_NOT_FOUND")
    return jsonify(providerCallbackHost=user.callback_host, targetEnvironment=user.target)


@pages.post("/<any(collection, disbursement):product>/token/")
def token(product: str) -> Response:
    return carry_out(Moment.TOKEN, lambda: _token(product))


def _token(product: str) -> Response:
    check_subscription(product)
    user_id, key = _basic()
    issued = world().access.issue_token(user_id, key, product)
    if issued is None:
        response = jsonify(error="login_failed")
        response.status_code = 401
        return response
    return jsonify(access_token=issued, token_type="access_token", expires_in=TOKEN_SECONDS)


def _basic() -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user_id, _, key = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user_id, key


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
