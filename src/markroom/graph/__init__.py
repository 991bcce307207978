"""A school's property graph: a projection of its rows by one writer, never asked for a right."""
