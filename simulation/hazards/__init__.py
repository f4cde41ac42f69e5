"""Hazards: each writes a footprint, every consequence reads one."""
