"""The keys of programs that act for a person in one project."""
