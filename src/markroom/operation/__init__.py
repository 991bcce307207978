"""Seeding, resetting, backing up: what an operator does to the whole house."""
