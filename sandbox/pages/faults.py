"""Setting and clearing faults, by form or by JSON."""

import math
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox.fault_catalogue import CATALOGUE
from sandbox.faults import TITLES, Fault, Kind, Moment, Operator
from sandbox.pages.answers import json_answer
from sandbox.pages.handset import digits
from sandbox.world import world

pages = Blueprint("faults", __name__)

# What strikes there can strike nowhere else, and nothing else can.
_OWN_MOMENTS = (Moment.ITEM, Moment.STATEMENT, Moment.SETTLEMENT)


class BadFault(Exception):
    """The fault that was asked for doesn't exist or lacks something; the message says which."""


@pages.get("/faults")
def show() -> str:
    return _page(None)


@pages.get("/faults.json")
def show_as_json() -> Response:
    offers = [
        {
            "kind": o.kind,
            "operators": o.operators,
            "on": o.moment,
            "text": o.text,
            "seconds": o.seconds,
            "count": o.count,
        }
        for o in CATALOGUE.values()
    ]
    return jsonify(faults=[_as_json(fault) for fault in world().faults.listed()], kinds=offers)


@pages.post("/faults")
def set_fault() -> AnyResponse:
    sent: object = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    try:
        fault = world().faults.set(_read(sent))
    except BadFault as problem:
        if request.is_json:
            return json_answer(422, error=str(problem))
        return Response(_page(str(problem)), 422)
    return json_answer(201, **_as_json(fault)) if request.is_json else redirect(url_for("faults.show"), 303)


@pages.delete("/faults")
def clear() -> Response:
    """Clear all, or with ?operator=mtn only those of one."""
    name = request.args.get("operator")
    if name is not None and name not in list(Operator):
        return json_answer(422, error=f"There is no operator {name}.")
    return json_answer(200, cleared=world().faults.clear(operator=Operator(name) if name else None))


@pages.delete("/faults/<int:fault_id>")
def clear_one(fault_id: int) -> Response:
    return json_answer(200, cleared=world().faults.clear(fault_id=fault_id))


@pages.post("/faults/clear")
def clear_by_form() -> AnyResponse:
    text = request.form.get("id", "")
    world().faults.clear(fault_id=int(text) if text.isascii() and text.isdigit() else None)
    return redirect(url_for("faults.show"), 303)


def _page(problem: str | None) -> str:
    return render_template(
        "sandbox/faults.html",
        faults=world().faults.listed(),
        catalogue=CATALOGUE,
        titles=TITLES,
        moments=[moment for moment in Moment if moment not in _OWN_MOMENTS],
        problem=problem,
    )


def _read(sent: object) -> Fault:
    """A fault from {operator, kind, on?, msisdn?, times?, seconds?, count?}; raises BadFault."""
    if not isinstance(sent, dict):
        raise BadFault("Send a JSON object.")
    try:
        offer = CATALOGUE[Kind(str(sent.get("kind")))]
        operator = Operator(str(sent.get("operator")))
        moment = Moment(str(sent.get("on") or offer.moment))
    except ValueError as error:
        raise BadFault(f"There is no such thing: {error}.") from None
    if operator not in offer.operators:
        raise BadFault(f"{offer.kind} is not for {operator}.")
    if moment in _OWN_MOMENTS or offer.moment in _OWN_MOMENTS:
        moment = offer.moment
    times = sent.get("times")
    return Fault(
        operator=operator,
        kind=offer.kind,
        moment=moment,
        msisdn=digits(str(sent["msisdn"])) if sent.get("msisdn") else None,
        remaining=None if times in (None, "") else _whole(times, "times"),
        seconds=_seconds(sent.get("seconds"), offer.seconds),
        count=offer.count if sent.get("count") in (None, "") else _whole(sent["count"], "count"),
    )


def _whole(value: object, name: str) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 6):
        raise BadFault(f"{name} must be a whole number from 1 to 99999.")
    return int(text)


def _seconds(value: object, usual: float) -> float:
    if value in (None, ""):
        return usual
    try:
        found = float(str(value))
    except ValueError:
        raise BadFault("seconds must be a number.") from None
    if not math.isfinite(found) or not 0 <= found <= 86400:
        raise BadFault("seconds must be from 0 to 86400.")
    return found


def _as_json(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.id,
        "operator": fault.operator,
        "kind": fault.kind,
        "on": fault.moment,
        "msisdn": fault.msisdn,
        "times": fault.remaining,
        "seconds": fault.seconds,
        "count": fault.count,
    }
