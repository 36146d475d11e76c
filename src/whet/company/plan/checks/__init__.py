"""Do the sections of a plan fit together? Names, order, skills, dates, hours, money."""
