"""Depots that hold only so much, at work: knapsack bounds, filling, packing, and HiGHS."""
