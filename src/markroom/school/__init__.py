"""The school's classes: who teaches them, who is in them, and who asks to be."""
