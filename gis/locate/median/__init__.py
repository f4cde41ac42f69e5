"""The p-median at work: interchange, Lagrangian bounds, reduced-cost fixing, branch and bound."""
