"""Migrations of the control plane, oldest first."""
