"""The reader's language: asked for in the address, else the person's own, else a cookie's, else the browser's."""

from datetime import datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, request

from app.core import language as words
from app.core.money import Money
from app.web.fields.text import dialled
from app.web.switching import SWITCH, switching

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def chosen_language() -> str:
    """The language of this request, unless its form asks for another."""
    asked = request.args.get("lang", "")
    if asked in words.LANGUAGES:
        return asked
    kept = request.cookies.get(COOKIE, "")
    if kept in words.LANGUAGES:
        return kept
    person = g.get("person")
    if person is not None:
        return str(person.locale)
    return request.accept_languages.best_match(words.LANGUAGES) or words.DEFAULT


def language_links() -> list[dict[str, str | bool]]:
    """The same page in each language: its own name, address, and whether it is the one being read."""
    values = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    # One slash and no backslash in front: two would be the address of another site.
    path = quote("/" + request.path.lstrip("/\\"))
    return [
        {
            "code": code,
            "name": words.OWN_NAMES[code],
            "url": f"{path}?{urlencode([*values, ('lang', code)])}",
            "current": code == words.language(),
        }
        for code in words.LANGUAGES
    ]


def set_up_languages(app: Flask, zone: ZoneInfo) -> None:
    """Speak the reader's language in code and templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(language=words.language, language_links=language_links)
    app.jinja_env.filters.update(
        long_date=words.long_date,
        weekday_date=words.weekday_date,
        short_date=words.short_date,
        at=lambda moment: words.long_datetime(moment, zone),
        day=lambda moment: words.long_date(_local(moment, zone)),
        last_day=lambda end: words.last_day(end, zone),
        clock_time=lambda moment: words.clock_time(moment, zone),
        money=_money,
        phone=dialled,
    )

    @app.before_request
    def _speak() -> None:
        words.set_language(chosen_language())
        # The form comes last: when it can't be read, the page that says so speaks a language already.
        if switching():
            words.set_language(request.form[SWITCH])

    @app.after_request
    def _remember(response: Response) -> Response:
        asked = request.form.get(SWITCH, "") if switching() else request.args.get("lang", "")
        if switching() and response.status_code == 422:
            response.status_code = 200
        if asked in words.LANGUAGES and request.cookies.get(COOKIE) != asked:
            secure = bool(app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(COOKIE, asked, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
        response.headers.setdefault("Content-Language", words.language())
        return response


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)


def _money(amount: Money) -> str:
    # A no-break space keeps "RWF 20,000" on one line.
    return str(amount).replace(" ", "\u00a0")
