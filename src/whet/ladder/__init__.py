"""Climb from the cheapest model up, stop by evidence and budget, package the winner."""
