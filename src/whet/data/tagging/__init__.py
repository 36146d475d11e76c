"""Texts with labelled spans: read from columns of tags or from character offsets."""
