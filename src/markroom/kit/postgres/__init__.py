"""A PostgreSQL server of our own, from the binaries of a wheel, for a machine that has none."""

from markroom.kit.postgres.binaries import find_binaries, run_program
from markroom.kit.postgres.cluster import Cluster
from markroom.kit.postgres.errors import (
    BinariesMissing,
    ClusterError,
    ClusterFailed,
    PlaceRefused,
    ProgramFailed,
)

__all__ = [
    "BinariesMissing",
    "Cluster",
    "ClusterError",
    "ClusterFailed",
    "PlaceRefused",
    "ProgramFailed",
    "find_binaries",
    "run_program",
]
