"""How many labels does a target need, what to buy next, and what is one more worth?"""
