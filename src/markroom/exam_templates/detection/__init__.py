"""Reading a template's paper, and what that proposes."""
