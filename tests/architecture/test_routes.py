"""Access is declared: a route that doesn't say who may call it stops the start."""

import pytest
from flask import Flask

from app.web.access import RouteWithoutPolicy, check_routes, public


def test_every_route_and_method_declares_its_policy(app: Flask) -> None:
    bare = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not callable(getattr(app.view_functions[rule.endpoint], "__access__", None))
    ]
    assert bare == []
    assert len(list(app.url_map.iter_rules())) >= 3


def test_a_route_without_a_policy_stops_the_start() -> None:
    portal = Flask("portal", static_folder=None)
    portal.add_url_rule("/open", "open", public(lambda: "open"))
    check_routes(portal)
    portal.add_url_rule("/forgotten", "forgotten", lambda: "forgotten", methods=["POST"])
    with pytest.raises(RouteWithoutPolicy, match="POST /forgotten"):
        check_routes(portal)
