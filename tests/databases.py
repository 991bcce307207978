"""Addresses of the databases the tests use."""

from dataclasses import dataclass

from markroom.kit.postgres import Cluster

APP, SERVICE = ("markroom_app", "app"), ("markroom_service", "service")


@dataclass(frozen=True)
class Database:
    """One database: as superuser, as the requests' role, as the worker's."""

    name: str
    admin_url: str
    app_url: str
    service_url: str


def name_database(cluster: Cluster, name: str) -> Database:
    admin_url = cluster.admin_url.rsplit("/", 1)[0] + f"/{name}"
    return Database(name, admin_url, cluster.url(*APP, name), cluster.url(*SERVICE, name))
