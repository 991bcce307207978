"""The students of the whole school: for admins to list, and for a class's teacher to find."""
