"""What no code path may do, the database refuses: changing the content of a kept row, deleting it, leaping in the journal.

Installed behind every migration, because Django rebuilds a table on SQLite when a constraint is added and its triggers
are lost with the old one; a test counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from quanheng.domain.models import Kept, PlanLine, SchemeVersion


def kept_models() -> list[type[Kept]]:
    """The tables whose rows stay as they were written."""
    return [model for model in apps.get_app_config("domain").get_models() if issubclass(model, Kept)]


def install(using: str = "default", **_: Any) -> None:
    """Drop and make all triggers of the database."""
    connection = connections[using]
    if connection.vendor not in ("sqlite", "postgresql"):
        raise RuntimeError(f"no triggers written for {connection.vendor}")
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, statement in statements(connection):
            if table in existing:
                cursor.execute(statement)


def statements(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """(table, SQL) for every trigger of the database in use."""
    write = _sqlite if connection.vendor == "sqlite" else _postgresql
    for model in kept_models():
        moving = set(model.MOVING)
        if model is SchemeVersion:
            fixed = [column for column in _columns(model) if column not in moving | {"text", "digest", "label", "base_id"}]
            drafts = [column for column in ("text", "digest", "label", "base_id")]
            yield from write(model, "draft", "UPDATE", f"OLD.state <> 'draft' AND ({_changed(connection, drafts)})", "content is kept")
        else:
            fixed = [column for column in _columns(model) if column not in moving]
        # erasure of personal values is the one change of content that is let through, once
        unless = "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL" if "erased_at" in _columns(model) else ""
        condition = _changed(connection, fixed)
        yield from write(model, "keep", "UPDATE", f"NOT ({unless}) AND ({condition})" if unless else condition, "content is kept")
        yield from write(model, "stay", "DELETE", "", "nothing is deleted")
    proposed = "(SELECT state FROM domain_plan WHERE id = {row}.plan_id) <> 'draft'"
    yield from write(PlanLine, "fixed", "UPDATE", proposed.format(row="OLD"), "a proposed plan is kept")
    yield from write(PlanLine, "stays", "DELETE", proposed.format(row="OLD"), "a proposed plan is kept")
    yield from write(PlanLine, "late", "INSERT", proposed.format(row="NEW"), "a proposed plan is kept")


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]


def _changed(connection: BaseDatabaseWrapper, columns: list[str]) -> str:
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    cast = "" if connection.vendor == "sqlite" else "::text"
    return " OR ".join(f'OLD."{column}"{cast} {differs} NEW."{column}"{cast}' for column in columns)


def _sqlite(model: type[Model], name: str, event: str, condition: str, says: str) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table
    trigger = f"{table}_{name}"
    yield table, f'DROP TRIGGER IF EXISTS "{trigger}"'
    when = f"WHEN {condition}" if condition else ""
    yield table, f"CREATE TRIGGER \"{trigger}\" BEFORE {event} ON \"{table}\" {when} BEGIN SELECT RAISE(ABORT, '{table}: {says}'); END"


def _postgresql(model: type[Model], name: str, event: str, condition: str, says: str) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table
    trigger = f"{table}_{name}"
    test = f"IF {condition} THEN" if condition else "IF TRUE THEN"
    back = "OLD" if event == "DELETE" else "NEW"
    raised = f"RAISE EXCEPTION '{table}: {says}' USING ERRCODE = 'integrity_constraint_violation'"
    yield table, (
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test} {raised}; END IF; RETURN {back}; END $$"
    )
    yield table, f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"'
    yield table, f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {trigger}()'
