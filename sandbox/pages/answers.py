"""Answers for programs."""

from flask import Response, jsonify


def json_answer(code: int, /, **fields: object) -> Response:
    """`fields` as a JSON object under the status `code`."""
    answer = jsonify(fields)
    answer.status_code = code
    return answer
