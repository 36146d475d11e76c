"""The plan's report: one HTML file for the founders' Monday, and its pictures one by one."""
