"""What does it cost to go from one plan to another? Dates, money, value and prices of both."""
