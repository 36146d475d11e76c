"""What is the cheapest way to run the products? Machines, people, automation, month by month."""
