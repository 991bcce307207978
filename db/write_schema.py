"""Write db/schema.sql: what the migrations make of an empty database."""

import tempfile
from pathlib import Path

from markroom.kit.migrations import migrate, write_schema
from markroom.kit.postgres import Cluster

with tempfile.TemporaryDirectory(prefix="markroom-schema-") as folder:
    Path(folder).chmod(0o711)
    with Cluster(Path(folder), durable=False) as cluster:
        migrate(cluster.admin_url, app_login=("markroom_app", None), service_login=("markroom_service", None))
        Path(__file__).with_name("schema.sql").write_text(write_schema(cluster.admin_url), encoding="utf-8")
