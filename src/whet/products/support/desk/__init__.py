"""The desk's files, desk.yaml and templates.yaml: what may stand in them, and is it right?"""
