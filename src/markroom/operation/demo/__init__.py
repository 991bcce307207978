"""The demo school's own paper, pupils' handwriting and a bad copier, all from seeds."""
