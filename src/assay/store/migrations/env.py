"""Alembic's entry: run migrations on the connection that ``assay.store.schema`` hands over."""

from alembic import context

from assay.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
