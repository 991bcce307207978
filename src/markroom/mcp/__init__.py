"""Tools for programs: the Model Context Protocol over HTTP, spoken with a project's key (M-04)."""
