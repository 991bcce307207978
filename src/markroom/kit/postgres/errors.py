"""How the embedded PostgreSQL may fail; every message says what to do."""


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used."""


class BinariesMissing(ClusterError):
    """PostgreSQL's programs cannot be found."""


class ProgramFailed(ClusterError):
    """One of PostgreSQL's programs ended with an error."""


class PlaceRefused(ClusterError):
    """The folder of the database is not as this program left it, or belongs to somebody else."""


class ClusterFailed(ClusterError):
    """The database server does not start."""
