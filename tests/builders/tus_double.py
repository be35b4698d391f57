"""Resumable uploads in memory, for tests of the script: tus 1.0 as the portal speaks it, with faults on order."""

from dataclasses import dataclass, field

from flask import Flask, Response, request


@dataclass(slots=True)
class TusDouble:
    """What came in. `cut_after` PATCHes one fails with 503; `refusal` is what every POST is answered with."""

    files: dict[str, bytearray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    cut_after: int | None = None
    refusal: str | None = None

    def install(self, app: Flask) -> None:
        """Serve /uploads and /uploads/<id> on `app`."""
        app.add_url_rule("/uploads", view_func=self.create, methods=["POST"])
        app.add_url_rule("/uploads/<name>", view_func=self.head, methods=["HEAD"])
        app.add_url_rule("/uploads/<name>", view_func=self.patch, methods=["PATCH"])

    def _note(self) -> None:
        assert request.headers["Tus-Resumable"] == "1.0.0"
        self.methods.append(request.method)
        self.tokens.add(request.headers.get("X-CSRFToken", ""))

    def create(self) -> Response:
        """Take a size and give an address."""
        self._note()
        if self.refusal is not None:
            return Response(self.refusal, 413, mimetype="text/plain")
        name = f"u{len(self.files) + 1}"
        self.files[name] = bytearray()
        self.sizes[name] = int(request.headers["Upload-Length"])
        return Response(status=201, headers={"Location": f"/uploads/{name}"})

    def head(self, name: str) -> Response:
        """How much is here."""
        self._note()
        if name not in self.files:
            return Response(status=404)
        return Response(status=200, headers={"Upload-Offset": str(len(self.files[name]))})

    def patch(self, name: str) -> Response:
        """Take a part that begins where the last one ended."""
        self._note()
        body = request.get_data()
        if self.cut_after is not None and self.methods.count("PATCH") == self.cut_after:
            self.files[name] += body[: len(body) // 2]
            return Response(status=503)
        if int(request.headers["Upload-Offset"]) != len(self.files[name]):
            return Response(status=409)
        self.files[name] += body
        return Response(status=204, headers={"Upload-Offset": str(len(self.files[name]))})
