"""Covering at work: what can be left out, annealing, prices, and HiGHS."""
