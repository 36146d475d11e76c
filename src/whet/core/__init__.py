"""What everything else stands on: errors, settings, ids, time, seeds, files, text."""
