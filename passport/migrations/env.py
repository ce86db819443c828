"""How alembic runs here: on the connection that passport.migrate opened, inside its transaction."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, DateTime, String
from sqlmodel import AutoString

from passport.tables import METADATA
from passport.tables.columns import EnumListJson, EnumText, UtcDateTime


def _render(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Write our column types into migrations as plain SQLAlchemy ones: a step must not change when they do."""
    if kind != "type":
        return False
    plain: dict[type, str] = {
        AutoString: f"sa.{String()!r}",
        EnumText: f"sa.{String()!r}",
        EnumListJson: f"sa.{JSON.__name__}()",
        UtcDateTime: f"sa.{DateTime(timezone=True)!r}",
    }
    return plain.get(type(item), False)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
)
context.run_migrations()
