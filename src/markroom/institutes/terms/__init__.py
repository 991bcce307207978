"""A school's own words: its departments, subjects, year groups and rooms (P-13)."""
