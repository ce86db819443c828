"""What a browser would send of a form that is drawn and not touched."""

from collections.abc import Iterable, Iterator

from passport.forms import FormField


def sent(fields: Iterable[FormField]) -> dict[str, str]:
    """Return every input of a drawn form with its value, as a browser sends it."""
    return dict(_inputs(fields))


def _inputs(fields: Iterable[FormField]) -> Iterator[tuple[str, str]]:
    for field in fields:
        match field.kind:
            case "rows":
                for row in field.rows:
                    yield from _inputs(row)
            case "group":
                yield from _inputs(field.parts)
            case "date" | "partial-date":
                yield from ((f"{field.name}-{part}", text) for part, text in field.date_parts.items())
            case "choice" | "points":
                yield field.name, next((c.value for c in field.choices if c.selected), "")
            case "key" if not field.value:
                pass
            case _:
                yield field.name, field.value.replace("\n", "\r\n")
