"""Workspaces of teams: members, invitations, keys."""
