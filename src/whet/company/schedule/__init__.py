"""Who does what, when? Schedules of people and resources, with a proof or a gap."""
