"""Who can sign in to a demonstration, as a table for a terminal."""

from app.accounts.roles import STAFF, Role
from app.demo.plans import PersonPlan, World

_HEAD = ("Role", "Name", "Phone or e-mail", "Password", "Second factor")


def table(world: World, sandbox_url: str | None) -> str:
    """One line a person: role and courts, name, contact, password, and whether a code is asked for besides."""
    lines = [_HEAD, *(_line(person) for person in world.people)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    rule = tuple("-" * width for width in widths)
    where = f"{sandbox_url}/authenticator" if sandbox_url else "an authenticator app with the file's totp_secret"
    shown = [_joined(line, widths) for line in (lines[0], rule, *lines[1:])]
    return "\n".join([*shown, "", f"The code of the second factor: {where}"])


def _line(person: PersonPlan) -> tuple[str, ...]:
    staff = any(grant.role in STAFF for grant in person.roles)
    return (_role(person), person.name, person.contacts[0].value, person.password, "code" if staff else "-")


def _role(person: PersonPlan) -> str:
    if person.applies:
        return "advocate, waits for approval"
    courts: dict[str, list[str]] = {}
    for grant in sorted(person.roles, key=lambda grant: (str(grant.role), grant.court or "")):
        courts.setdefault(str(grant.role).replace("_", " "), []).extend([grant.court] if grant.court else [])
    courts.pop(Role.LITIGANT, None)
    return "; ".join(f"{role} {', '.join(at)}".strip() for role, at in courts.items()) or "litigant"


def _joined(line: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
