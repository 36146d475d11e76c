"""How good is it, for whom, how sure, and when should it stay silent?"""
